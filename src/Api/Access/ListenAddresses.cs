using System.Net;
using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Access;

/// <summary>
/// Refuses to start a service without keys that other machines can reach. If this check misses an address, <see cref="ApiKeyHandler"/>
/// refuses the requests that arrive there.
/// </summary>
internal static partial class ListenAddresses
{
    /// <summary>Reads the keys before the first request, and compares the addresses with them.</summary>
    /// <exception cref="OptionsValidationException">The service would listen beyond this machine, without a key.</exception>
    public static async Task PrepareAccess(this WebApplication app, VelodromeSettings settings)
    {
        var keys = await app.Services.GetRequiredService<ActiveKeys>().Get();
        if (settings.Role == Role.Worker || BeyondLoopback(app.Configuration) is not [var address, ..])
        {
            return; // a worker answers only probes, and /hangfire for this machine
        }

        if (settings.Access.AllowAnonymous)
        {
            LogOpen(app.Logger, address);
        }
        else if (!keys.HasActiveKeys)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(VelodromeSettings),
            [
                $"Other machines can reach {address}, and there is no key that keeps strangers out. Make a key with " +
                $"`dotnet {typeof(ListenAddresses).Assembly.Location} keys add NAME --role admin`, listen on http://127.0.0.1:5080 only, " +
                "or set Access:AllowAnonymous to true to let everyone do everything.",
            ]);
        }
    }

    /// <summary>The addresses that other machines can reach, by the settings from which Kestrel takes them.</summary>
    public static IReadOnlyList<string> BeyondLoopback(IConfiguration configuration)
    {
        var urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        string[] ports =
        [
            .. Split(configuration[WebHostDefaults.HttpPortsKey]).Select(port => $"http://*:{port}"),
            .. Split(configuration[WebHostDefaults.HttpsPortsKey]).Select(port => $"https://*:{port}"),
        ];
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>();
        return [.. (urls.Length > 0 ? urls : ports).Concat(endpoints).Where(address => !IsLoopback(BindingAddress.Parse(address)))];
    }

    /// <summary>Kestrel takes any host that is neither localhost nor an IP address for "all addresses".</summary>
    private static bool IsLoopback(BindingAddress address) => address.IsUnixPipe || address.IsNamedPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip));

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [LoggerMessage(1, LogLevel.Warning,
        "Everyone who can reach {Address} may read, change and delete everything, because Access:AllowAnonymous is true",
        EventName = "openToAll")]
    private static partial void LogOpen(ILogger logger, string address);
}
