using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Velodrome.Fuzz.Requests;

namespace Velodrome.Fuzz.Checks;

/// <summary>Checks the rules that every response must follow, whatever the request was.</summary>
/// <param name="anyRequest">The codes that any request may be refused with.</param>
internal sealed partial class ResponseChecker(IReadOnlySet<string> anyRequest)
{
    private const string Problem = "application/problem+json";

    /// <summary>The web server itself refuses bytes that are not valid HTTP, without a body, and closes the connection.</summary>
    private static readonly int[] StatusesOfTheServer = [400, 408, 411, 414, 431, 501, 505];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Codes of responses without an operation. Routing refuses a content type before it has chosen an operation. An unknown path or method
    /// needs a key, even if the operation at the same address needs none.
    /// </summary>
    private static readonly string[] WithoutOperation = ["unsupportedMediaType", "keyRequired", "keyInvalid"];

    private static readonly string[] AccessCodes = ["keyRequired", "keyInvalid", "roleTooLow"];

    public IEnumerable<(FindingKind Kind, string Message)> Check(RawRequest request, RawResponse response)
    {
        if (response.Time > Limit + WaitOf(request))
        {
            yield return (FindingKind.Hang,
                string.Create(CultureInfo.InvariantCulture, $"answered after {response.Time.TotalSeconds:F1} s"));
        }

        var text = response.Text;
        if (Leak().Match(text) is { Success: true } leak)
        {
            yield return (FindingKind.Leak, $"the response contains \"{leak.Value}\"");
        }

        var found = request.IsHead || response.Status < 400 ? CheckSuccess(request, response, text) : CheckError(request, response, text);
        foreach (var finding in found.Concat(CheckAccess(request, response, text)))
        {
            yield return finding;
        }
    }

    private static IEnumerable<(FindingKind, string)> CheckSuccess(RawRequest request, RawResponse response, string text)
    {
        if (response.Status >= 500 && !IsHealth(request))
        {
            yield return (FindingKind.ServerError, $"status {response.Status}");
        }
        else if (!request.IsHead && response.ContentType.StartsWith("application/json", StringComparison.Ordinal) && !IsJson(text))
        {
            yield return (FindingKind.BrokenBody, "the response is not valid JSON");
        }
        else if (response.ContentType.StartsWith("text/csv", StringComparison.Ordinal)
            && request.Target.Contains("/predictions", StringComparison.Ordinal) && NotFinite().IsMatch(text))
        {
            yield return (FindingKind.BrokenBody, "a predicted number is not finite");
        }
    }

    private IEnumerable<(FindingKind, string)> CheckError(RawRequest request, RawResponse response, string text)
    {
        if (response.Status >= 500 && !IsHealth(request))
        {
            yield return (FindingKind.ServerError, $"status {response.Status}: {Shorten(text)}");
        }
        else if (IsHealth(request) || (text.Length == 0 && response.Closes && StatusesOfTheServer.Contains(response.Status)))
        {
            yield break;
        }
        else if (!response.ContentType.StartsWith(Problem, StringComparison.Ordinal) || CodesOf(text) is not { } codes)
        {
            yield return (FindingKind.NoProblem, $"status {response.Status}, {response.ContentType}: {Shorten(text)}");
        }
        else if (request.Operation is { } operation && operation.Method == request.Method
            && codes.Except(anyRequest).Except(operation.Codes).Except(WithoutOperation).ToList() is { Count: > 0 } undeclared)
        {
            yield return (FindingKind.Undeclared, $"status {response.Status}, {string.Join(", ", undeclared)}: {Shorten(text)}");
        }
    }

    private static IEnumerable<(FindingKind, string)> CheckAccess(RawRequest request, RawResponse response, string text)
    {
        if (response.Headers.TryGetValue("set-cookie", out var cookie)
            && !(cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase)
                && cookie.Contains("samesite=strict", StringComparison.OrdinalIgnoreCase)))
        {
            yield return (FindingKind.Access, "scripts or other sites can use the cookie");
        }

        if (response.Status == 401 && !response.Headers.ContainsKey("www-authenticate"))
        {
            yield return (FindingKind.Access, "status 401 without WWW-Authenticate");
        }

        if (request is not { Sender: { } sender, Operation: { Role: not Role.None } operation } || operation.Method != request.Method)
        {
            yield break;
        }

        if (sender.Role < operation.Role && response.Status < 400)
        {
            yield return (FindingKind.Access, $"status {response.Status} for a sender with the role {sender.Role}");
        }
        else if (sender.Role >= operation.Role && !sender.MayBeRevoked && response.Status is 401 or 403
            && CodesOf(text)?.Intersect(AccessCodes).FirstOrDefault() is { } code)
        {
            yield return (FindingKind.Access, $"{code} for a sender with the role {sender.Role}");
        }
    }

    /// <returns>The codes of a problem; null if the text is not a problem.</returns>
    private static List<string>? CodesOf(string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            var root = problem.RootElement;
            var (code, detail) = (root.GetProperty("code").GetString(), root.GetProperty("detail").GetString());
            var codes = root.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()!).ToList();
            return !string.IsNullOrEmpty(detail) && codes.Count > 0 && codes[0] == code ? codes : null;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A probe reports with 503 that the service is not ready.</summary>
    private static bool IsHealth(RawRequest request) => request.Target.StartsWith("/health/", StringComparison.Ordinal);

    private static TimeSpan WaitOf(RawRequest request) =>
        request.Headers.Any(header => header.Name == "Prefer" && header.Value.Contains("wait=1", StringComparison.Ordinal))
            ? TimeSpan.FromSeconds(1)
            : TimeSpan.Zero;

    private static string Shorten(string text) => text.Length <= 400 ? text : $"{text[..400]}…";

    [GeneratedRegex(@"   at [A-Z][\w.]+\(|System\.[A-Z]\w+(\.\w+)*Exception|Microsoft\.[A-Z]\w+\.\w+" +
        @"|/tmp/velodrome|/root/|/home/\w+|SQLite Error|Npgsql\.")]
    private static partial Regex Leak();

    [GeneratedRegex(",(NaN|-?Infinity|∞|-∞),")]
    private static partial Regex NotFinite();
}
