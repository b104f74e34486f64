using System.Net;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Security;

/// <summary>
/// The names under which this service may be called. A page of another site can point a name of its own at 127.0.0.1 (DNS rebinding) and
/// is then same-origin with the service: only the <c>Host</c> header, which the browser sets, shows this.
/// </summary>
internal sealed class HostNames(string allowed)
{
    private static readonly string Machine = Dns.GetHostName();

    private readonly string[] _allowed = SettingList.Split(allowed);

    /// <summary>Whether the setting switches the check off.</summary>
    public bool AcceptsAll => _allowed.Contains("*");

    /// <param name="host">The name or address in the <c>Host</c> header, without its port.</param>
    /// <param name="local">The address at which the call arrived.</param>
    public bool Accepts(string host, IPAddress? local) =>
        host.Length > 0
        && (IsLoopback(host)
            || host.Equals(Machine, StringComparison.OrdinalIgnoreCase)
            || (local is not null && IPAddress.TryParse(host, out var address) && Unmapped(address).Equals(Unmapped(local)))
            || _allowed.Any(pattern => Matches(pattern, host)));

    /// <summary>Whether a host is <c>localhost</c> or a loopback address such as <c>127.0.0.1</c> or <c>[::1]</c>.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whether an entry of the setting is a host: a name or an address, without scheme, port and path.</summary>
    public static bool IsPattern(string pattern)
    {
        var name = pattern.StartsWith("*.", StringComparison.Ordinal) ? pattern[2..] : pattern;
        return pattern == "*" || Uri.CheckHostName(name) != UriHostNameType.Unknown;
    }

    /// <summary><c>*.example.org</c> matches every name below <c>example.org</c>, and not <c>example.org</c> itself.</summary>
    private static bool Matches(string pattern, string host) =>
        pattern == "*"
        || (pattern.StartsWith("*.", StringComparison.Ordinal)
            ? host.Length >= pattern.Length && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : host.Trim('[', ']').Equals(pattern.Trim('[', ']'), StringComparison.OrdinalIgnoreCase));

    /// <summary>A socket for both protocols reports IPv4 addresses as ::ffff:a.b.c.d.</summary>
    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
