using System.Globalization;
using Microsoft.Extensions.Primitives;
using Velodrome.Training;

namespace Velodrome.Api.Http;

/// <summary>The Prefer header (RFC 7240). The service knows the preference <c>wait</c>.</summary>
internal static class PreferHeader
{
    private const int MaxWaitSeconds = 60;

    /// <summary>How long the caller wants to wait for the run to end. Zero if the header does not say.</summary>
    /// <exception cref="RefusedException"><c>outOfRange</c>: not a whole number of seconds from 0 to 60.</exception>
    public static TimeSpan PreferredWait(this HttpRequest request)
    {
        var wait = request.Headers["Prefer"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))
            .FirstOrDefault(preference => preference.StartsWith("wait", StringComparison.OrdinalIgnoreCase));
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
}
