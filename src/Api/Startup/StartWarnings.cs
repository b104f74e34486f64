using Npgsql;
using Velodrome.Api.Security;
using Velodrome.Api.Settings;
using Velodrome.Data.Start;

namespace Velodrome.Api.Startup;

/// <summary>Warnings about a start that works, but shows more to others than its operator may want.</summary>
internal static partial class StartWarnings
{
    /// <summary>Logs the warnings once the service listens, because the addresses are known only then.</summary>
    public static void WarnOnceStarted(this WebApplication app, VelodromeSettings settings) =>
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var address in UnencryptedAddresses(app.Urls, settings))
            {
                LogPlainHttp(app.Logger, address);
            }

            if (new HostNames(settings.AllowedHosts).AcceptsAll)
            {
                LogAnyHost(app.Logger);
            }

            if (settings.Database.Provider == DatabaseProvider.Postgres
                && UnverifiedServer(settings.ConnectionStrings.Database!) is var (server, mode))
            {
                LogUnverifiedServer(app.Logger, server, mode);
            }

            foreach (var finding in app.Services.GetRequiredService<DataFolder>().Findings)
            {
                LogOpenFiles(app.Logger, finding);
            }
        });

    /// <summary>Addresses that other machines can reach and that are not encrypted, unless a proxy in front is named.</summary>
    internal static IEnumerable<string> UnencryptedAddresses(IEnumerable<string> addresses, VelodromeSettings settings) =>
        settings.Proxies.Length > 0 ? [] : addresses.Where(address =>
            BindingAddress.Parse(address) is { IsUnixPipe: false, IsNamedPipe: false, Scheme: "http" } binding
            && !HostNames.IsLoopback(binding.Host));

    /// <summary>A database server on another machine whose identity is not verified, with the SSL mode; null if there is none.</summary>
    internal static (string Server, SslMode Mode)? UnverifiedServer(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        var remote = database.Host?.Split(',').FirstOrDefault(host => !IsLocal(host.Trim()));
        return remote is null || database.SslMode is SslMode.VerifyFull or SslMode.VerifyCA ? null : (remote, database.SslMode);
    }

    /// <summary>Whether a server's host is a Unix socket or a loopback address, with or without a port.</summary>
    private static bool IsLocal(string host) =>
        host.StartsWith('/') || host.StartsWith('@') || HostNames.IsLoopback(host) || HostNames.IsLoopback(new HostString(host).Host);

    [LoggerMessage(11, LogLevel.Warning,
        "{Address} can be reached from other machines without encryption, so everyone on the network path can read and change what is " +
        "sent. Use https:// with a certificate, or put a proxy with TLS in front and name it in Proxies", EventName = "plainHttp")]
    private static partial void LogPlainHttp(ILogger logger, string address);

    [LoggerMessage(12, LogLevel.Warning,
        "AllowedHosts is \"*\", so a web page can reach this service under a name of its own (DNS rebinding). List the names instead",
        EventName = "anyHostAllowed")]
    private static partial void LogAnyHost(ILogger logger);

    [LoggerMessage(13, LogLevel.Warning,
        "The connection to PostgreSQL on {Server} is not verified (SSL Mode={Mode}), so anyone on the network path can read and change " +
        "it. Set SSL Mode=VerifyFull in ConnectionStrings:Database", EventName = "unverifiedDatabase")]
    private static partial void LogUnverifiedServer(ILogger logger, string server, SslMode mode);

    [LoggerMessage(14, LogLevel.Warning, "{Finding}", EventName = "openFiles")]
    private static partial void LogOpenFiles(ILogger logger, string finding);
}
