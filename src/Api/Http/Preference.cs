using System.Globalization;
using Microsoft.Extensions.Primitives;
using Velodrome.Training;

namespace Velodrome.Api.Http;

/// <summary>The Prefer header (RFC 7240), of which this service knows <c>wait</c>.</summary>
internal static class Preference
{
    private const int LongestWait = 60;

    /// <summary>How long the caller would wait for the end; zero without such a preference.</summary>
    /// <exception cref="RefusedException"><c>outOfRange</c>: not a whole number of seconds from 0 to 60.</exception>
    public static TimeSpan Wait(this HttpRequest request)
    {
        var wait = request.Headers["Prefer"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))
            .FirstOrDefault(preference => preference.StartsWith("wait", StringComparison.OrdinalIgnoreCase));
        if (wait is null)
        {
            return TimeSpan.Zero;
        }

        var text = new StringSegment(wait, 4, wait.Length - 4).TrimStart().ToString().TrimStart('=').Trim();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LongestWait
            ? TimeSpan.FromSeconds(seconds)
            : throw new RefusedException("outOfRange", "Prefer", $"Prefer: wait=N takes whole seconds from 0 to {LongestWait}; this is '{wait}'.");
    }
}
