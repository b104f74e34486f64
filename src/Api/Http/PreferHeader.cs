using System.Globalization;
using Microsoft.Extensions.Primitives;
using Velodrome.Training;

namespace Velodrome.Api.Http;

/// <summary>The Prefer header (RFC 7240). The service knows the preferences <c>wait</c> and
/// <c>respond-async</c>.</summary>
internal static class PreferHeader
{
    private const int MaxWaitSeconds = 60;
    private const string RespondAsync = "respond-async";

    /// <summary>Returns how long the caller wants to wait for the end; zero if the header does not say.</summary>
    /// <exception cref="RefusedException"><c>outOfRange</c>: not a whole number of seconds from 0 to 60.</exception>
    public static TimeSpan PreferredWait(this HttpRequest request)
    {
        var wait = Preferences(request).FirstOrDefault(preference => preference.StartsWith("wait", StringComparison.OrdinalIgnoreCase));
        if (wait is null)
        {
            return TimeSpan.Zero;
        }

        var text = new StringSegment(wait, 4, wait.Length - 4).TrimStart().ToString().TrimStart('=').Trim();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxWaitSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new RefusedException("outOfRange", "Prefer",
                $"Prefer takes wait=N with N whole seconds from 0 to {MaxWaitSeconds}. It is \"{wait}\".");
    }

    /// <summary>How long the caller waits for work that may then go on in the background; null if the caller waits until it is done.
    /// </summary>
    /// <inheritdoc cref="PreferredWait"/>
    public static TimeSpan? PreferredWaitBeforeAsync(this HttpRequest request) =>
        Preferences(request).Contains(RespondAsync, StringComparer.OrdinalIgnoreCase) ? request.PreferredWait() : null;

    /// <summary>Says in the response that it is asynchronous because the caller has preferred that.</summary>
    public static void ApplyRespondAsync(this HttpResponse response) => response.Headers["Preference-Applied"] = RespondAsync;

    private static IEnumerable<string> Preferences(HttpRequest request) =>
        request.Headers["Prefer"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries));
}
