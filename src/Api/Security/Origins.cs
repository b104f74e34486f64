using Microsoft.Extensions.Primitives;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Security;

/// <summary>
/// The origins whose pages may change something here: the service's own, and those in the setting. An origin is scheme, host and port
/// (RFC 6454). Browsers send it with every request that is not a GET or HEAD; other clients send none.
/// </summary>
internal sealed class Origins(string allowed)
{
    private readonly string[] _allowed = SettingList.Split(allowed);

    public bool IsAllowed(string origin) => _allowed.Contains(origin, StringComparer.OrdinalIgnoreCase);

    /// <summary>The origin of the service as its client sees it, after a trusted proxy's headers are applied.</summary>
    public static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var sender)
        && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own)
        && (sender.Scheme, sender.Host, sender.Port) == (own.Scheme, own.Host, own.Port);

    /// <summary>Whether a text is an origin as a browser writes it: no path, no trailing slash, no default port.</summary>
    public static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Host.Length > 0
        && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Why a request comes from a page of another site; null if it does not.</summary>
    public string? Objection(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        if (origin.Count == 1 && IsAllowed(origin[0]!))
        {
            return null;
        }

        if (!StringValues.IsNullOrEmpty(origin) && (origin.Count > 1 || !IsOwn(origin[0]!, request)))
        {
            return $"its origin is \"{origin}\", and this service is {request.Scheme}://{request.Host}";
        }

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site is "" or "same-origin" or "none" ? null : $"its Sec-Fetch-Site is \"{site}\"";
    }
}
