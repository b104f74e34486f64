using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Velodrome.Api.Tests.Documents;

/// <summary>Sends the requests in requests/velodrome.http, in order.</summary>
public sealed partial class RequestFileTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Each_request_succeeds_except_those_that_say_otherwise()
    {
        var results = new Dictionary<string, JsonElement>();
        foreach (var request in Requests())
        {
            using var message = request.ToMessage(results);
            using var response = await _http.SendAsync(message);
            if (request.ResultName is { } name)
            {
                results[name] = await response.Content.ReadFromJsonAsync<JsonElement>();
                _http.DefaultRequestHeaders.Authorization ??= new("Bearer", results[name].GetProperty("key").GetString());
            }

            var isRefused = request.Title.StartsWith("Without validation rows", StringComparison.Ordinal)
                || request.Title.StartsWith("Refused unless", StringComparison.Ordinal);
            Assert.True(response.IsSuccessStatusCode != isRefused, $"{request.Title}: {await response.Content.ReadAsStringAsync()}");
            await _http.AllEnded();
        }
    }

    [Fact]
    public async Task Every_operation_of_the_API_has_an_example()
    {
        var requests = Requests();
        var paths = (await _http.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json")).GetProperty("paths");
        foreach (var path in paths.EnumerateObject())
        {
            var address = new Regex($"^{PathParameters().Replace(path.Name, "[^/]+")}$");
            foreach (var operation in path.Value.EnumerateObject())
            {
                Assert.True(
                    requests.Exists(request => request.Method.Equals(operation.Name, StringComparison.OrdinalIgnoreCase) &&
                        address.IsMatch(request.Path.Split('?')[0])),
                    $"{operation.Name} {path.Name} has no request in requests/velodrome.http.");
            }
        }
    }

    private static List<Request> Requests() => File.ReadAllText(Repository.PathTo("requests", "velodrome.http"))
        .Split("\n### ").Skip(1).Select(Request.Parse).ToList();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex PathParameters();

    /// <summary>What a later request takes from the response to an earlier one.</summary>
    [GeneratedRegex(@"\{\{(?<result>\w+)\.response\.body\.\$\.(?<member>\w+)\}\}")]
    private static partial Regex ResultVariables();

    /// <param name="ResultName">The name under which later requests use the response.</param>
    private sealed record Request(
        string Title, string? ResultName, string Method, string Path, Dictionary<string, string> Headers, string Body)
    {
        private const string NameMark = "# @name ";

        public static Request Parse(string text)
        {
            var (head, body) = SplitAt(text.TrimEnd() + "\n", "\n\n");
            var lines = head.TrimEnd().Split('\n').ToList();
            var mark = lines.Find(line => line.StartsWith(NameMark, StringComparison.Ordinal));
            lines.Remove(mark ?? "");
            var (method, address) = SplitAt(lines[1], " ");
            var headers = lines[2..].Select(line => SplitAt(line, ": ")).ToDictionary(header => header.First, header => header.Second);
            var path = address.Replace("{{host}}", "", StringComparison.Ordinal);
            return new(lines[0], mark?[NameMark.Length..], method, path, headers, body);
        }

        public HttpRequestMessage ToMessage(Dictionary<string, JsonElement> results)
        {
            var message = new HttpRequestMessage(new HttpMethod(Method), Path);
            foreach (var (name, value) in Headers.Where(header => header.Key != "Content-Type"))
            {
                message.Headers.Add(name, Fill(value));
            }

            if (Headers.TryGetValue("Content-Type", out var type))
            {
                message.Content = new StringContent(Fill(Body), Encoding.UTF8, new MediaTypeHeaderValue(type));
            }

            return message;

            string Fill(string text) => ResultVariables().Replace(
                text, match => results[match.Groups["result"].Value].GetProperty(match.Groups["member"].Value).GetString()!);
        }

        private static (string First, string Second) SplitAt(string text, string separator)
        {
            var at = text.IndexOf(separator, StringComparison.Ordinal);
            return at < 0 ? (text, "") : (text[..at], text[(at + separator.Length)..]);
        }
    }
}
