using Velodrome.Api.Datasets.Formats.Import;
using Velodrome.Api.Security;

namespace Velodrome.Api.Settings;

/// <summary>Checks the settings that say under which addresses the service is called, and from where.</summary>
internal static class AddressSettings
{
    private static readonly string[] Lists = ["AllowedHosts", "Cors:Origins", "ImportHosts", "Proxies"];

    /// <summary>A sentence for each entry that would have no effect.</summary>
    public static IEnumerable<string> Faults(VelodromeSettings settings, IConfiguration configuration) =>
    [
        .. Entries("AllowedHosts", settings.AllowedHosts, HostNames.IsPattern,
            "Write a host name, an address, or a pattern such as *.example.org, without scheme, port and path."),
        .. Entries("Cors:Origins", settings.Cors.Origins, Origins.IsOrigin,
            "Write an origin like https://app.example.org: a scheme and a host, without path and slash at the end. There is no wildcard."),
        .. Entries("ImportHosts", settings.ImportHosts, entry => ImportHosts.OriginOf(entry) is not null,
            "Write a host such as data.example.org, or an origin such as https://data.example.org:8443, without path and wildcard."),
        .. Entries("Proxies", settings.Proxies, TrustedProxies.IsProxy, "Write an address like 10.0.0.7 or a network like 10.0.0.0/8."),
        .. InvalidPathBase(settings.PathBase),
        .. Lists
            .Where(setting => configuration.GetSection(setting).GetChildren().Any())
            .Select(setting => $"{setting} is a list. Write its entries as one text, separated by semicolons."),
    ];

    private static IEnumerable<string> Entries(string setting, string value, Predicate<string> isValid, string advice) =>
        SettingList.Split(value).Where(entry => !isValid(entry)).Select(entry => $"{setting} has \"{entry}\". {advice}");

    private static IEnumerable<string> InvalidPathBase(string path) => path.Length == 0
        || (path[0] == '/' && path[^1] != '/' && Uri.IsWellFormedUriString(path, UriKind.Relative) && !path.Contains("//"))
        ? []
        : [$"PathBase is \"{path}\". Write a path like /velodrome, which begins with a slash and does not end with one."];
}
