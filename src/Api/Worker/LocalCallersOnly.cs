using System.Net;
using Hangfire.Dashboard;
using Velodrome.Training;

namespace Velodrome.Api.Worker;

/// <summary>
/// Lets in who sits at this machine and calls directly. Hangfire's own rule looks at the address alone, so behind a proxy on the
/// same machine the whole world is local to it, and so is a web page that rebinds its name to 127.0.0.1.
/// </summary>
internal sealed class LocalCallersOnly : IDashboardAuthorizationFilter
{
    private static readonly string[] Forwarding = ["X-Forwarded-", "X-Original-", "X-Real-IP", "Forwarded", "Via"];

    /// <exception cref="RefusedException"><c>dashboardClosed</c>: says what gave the caller away.</exception>
    public bool Authorize(DashboardContext context) => Objection(context.GetHttpContext()) is { } objection
        ? throw new RefusedException("dashboardClosed", null,
            $"The queue's dashboard is for callers on the service's own machine, and {objection}. Open http://127.0.0.1 with the service's port there, or start the service with Dashboard:Open=true where everybody who can reach it may look.")
        : true;

    /// <summary>What speaks against a caller being local; null for nothing.</summary>
    private static string? Objection(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
        {
            return "this call comes from elsewhere";
        }

        if (http.Request.Headers.Keys.FirstOrDefault(IsForwarding) is { } header)
        {
            return $"this call came through a proxy (it has the header {header})";
        }

        if (HttpProtocol.IsHttp10(http.Request.Protocol))
        {
            return "this call came through a proxy (it speaks HTTP/1.0, as nginx does to what is behind it and no browser does)";
        }

        return IsLoopbackName(http.Request.Host.Host) ? null : $"\"{http.Request.Host.Host}\" is no name of this machine to itself";
    }

    private static bool IsForwarding(string header) => Forwarding.Any(name => name.EndsWith('-')
        ? header.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        : header.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
