using System.Net;
using Hangfire.Dashboard;
using Velodrome.Api.Access;
using Velodrome.Data.Access;
using Velodrome.Training;

namespace Velodrome.Api.Worker;

/// <summary>
/// Accepts keys with the role admin, and requests that come directly from this machine. Hangfire's own filter checks only the address, so
/// it accepts every request through a proxy on this machine, and requests of a web page whose host name was rebound to 127.0.0.1.
/// </summary>
internal sealed class AdminsAndLocalCallers : IDashboardAuthorizationFilter
{
    private static readonly string[] Forwarding = ["X-Forwarded-", "X-Original-", "X-Real-IP", "Forwarded", "Via"];

    /// <exception cref="RefusedException">
    /// <c>roleTooLow</c>, <c>keyRequired</c>, <c>keyInvalid</c>; <c>dashboardClosed</c>, with the reason, if the service needs no key.
    /// </exception>
    public bool Authorize(DashboardContext context)
    {
        var http = context.GetHttpContext();
        if (http.User.HasKey() && http.User.Has(KeyRole.Admin))
        {
            return true;
        }

        return Objection(http) is not { } objection ? true : throw new RefusedException(
        [
            http.User.HasKey() ? AccessRefusals.RoleTooLow(http, KeyRole.Admin)
            : http.User.Has(KeyRole.Read) ? Closed(objection)
            : Credential.Read(http.Request) is null ? AccessRefusals.KeyRequired
            : AccessRefusals.KeyInvalid("Authorization"),
        ]);
    }

    private static Fault Closed(string objection) => new("dashboardClosed", null,
        $"The queue's dashboard answers only callers on the service's own machine, and {objection}. Open it on that machine as " +
        "http://127.0.0.1:PORT/hangfire, make keys and sign in with the role admin, or set Dashboard:Open to true to show it to everyone " +
        "who can reach the service.");

    /// <summary>Why the caller is not local; null if it is.</summary>
    private static string? Objection(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
        {
            return "this call comes from another machine";
        }

        if (http.Request.Headers.Keys.FirstOrDefault(IsForwarding) is { } header)
        {
            return $"this call came through a proxy (it has the header {header})";
        }

        if (HttpProtocol.IsHttp10(http.Request.Protocol))
        {
            return "this call came through a proxy (it uses HTTP/1.0, which nginx uses by default and browsers do not)";
        }

        return IsLoopbackName(http.Request.Host.Host)
            ? null
            : $"\"{http.Request.Host.Host}\" is not a local host name";
    }

    private static bool IsForwarding(string header) => Forwarding.Any(name => name.EndsWith('-')
        ? header.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        : header.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
