using Microsoft.Extensions.Configuration.Json;
using Velodrome.Training;

namespace Velodrome.Api.Settings;

/// <summary>
/// Finds misspelt settings, which the configuration would silently ignore. The command line and appsettings.json may hold only settings of
/// the service and of ASP.NET Core. The environment holds variables of other programs too, so there a name is misspelt only if it is
/// similar to one of ours.
/// </summary>
internal static class UnknownSettings
{
    /// <summary>Shorter names of the environment, such as ROLE, may belong to another program.</summary>
    private const int ShortestDistinctiveName = 10;

    /// <summary>Keys that ASP.NET Core reads, or sections of such keys.</summary>
    private static readonly HashSet<string> Framework = new(StringComparer.OrdinalIgnoreCase)
    {
        "urls", "http_ports", "https_ports", "https_port", "environment", "applicationName", "contentRoot", "webRoot", "AllowedHosts",
        "Logging", "Kestrel", "hostingStartupAssemblies", "hostingStartupExcludeAssemblies", "preventHostingStartup", "preferHostingUrls",
        "shutdownTimeoutSeconds", "detailedErrors", "captureStartupErrors", "suppressStatusMessages", "startupAssembly",
        "staticWebAssets", "forwardedHeaders_enabled", "hostBuilder", "ConnectionStrings", "$schema",
    };

    /// <returns>A sentence for each misspelt setting.</returns>
    public static IEnumerable<string> Find(IConfigurationBuilder configuration, string[] arguments, IEnumerable<string> environment) =>
    [
        .. KeysOf(new ConfigurationBuilder().AddCommandLine(arguments).Build()).Where(IsUnknown).Select(key => Describe($"--{key}", key)),
        .. configuration.Sources.OfType<JsonConfigurationSource>().SelectMany(FileKeys),
        .. environment.Select(name => (Name: name, Key: name.Replace("__", ":"))).Where(variable => IsMisspelt(variable.Key))
            .Select(variable => Describe($"The environment variable {variable.Name}", variable.Key)),
    ];

    private static IEnumerable<string> FileKeys(JsonConfigurationSource source)
    {
        source.ResolveFileProvider();
        var file = new ConfigurationBuilder().Add(new JsonConfigurationSource
        {
            FileProvider = source.FileProvider,
            Path = source.Path!,
            Optional = true,
        });
        return KeysOf(file.Build()).Where(IsUnknown).Select(key => Describe($"{key} in {source.Path}", key));
    }

    /// <summary>A section has no value, or an empty one if a host has passed it on as an argument.</summary>
    private static IEnumerable<string> KeysOf(IConfiguration configuration) =>
        configuration.AsEnumerable().Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => pair.Key);

    private static bool IsUnknown(string key) => !IsSetting(key)
        && (!Framework.Contains(key.Split(':')[0]) || key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase));

    private static bool IsMisspelt(string key) =>
        key.Length >= ShortestDistinctiveName && IsUnknown(key) && Nearest(key) is { } nearest
        && key.Contains(':') == nearest.Contains(':');

    private static bool IsSetting(string key) => SettingDescription.All.Any(setting =>
        setting.Name.Equals(key, StringComparison.OrdinalIgnoreCase)
        || (setting.IsList && key.StartsWith(setting.Name + ":", StringComparison.OrdinalIgnoreCase)));

    private static string? Nearest(string key) => NearestName.Find(key, SettingDescription.All.Select(setting => setting.Name));

    private static string Describe(string place, string key) =>
        $"{place} is not a setting{(Nearest(key) is { } nearest ? $"; did you mean {nearest}?" : ". --help lists all settings.")}";
}
