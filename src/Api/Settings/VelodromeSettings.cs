using System.ComponentModel.DataAnnotations;

namespace Velodrome.Api.Settings;

/// <summary>All settings, from appsettings.json, the environment or the command line; each has a default.</summary>
public sealed class VelodromeSettings
{
    /// <summary>Where the SQLite file and its lock lie; relative to the working directory. Default data.</summary>
    [Required]
    public string DataFolder { get; init; } = "data";

    /// <summary>Training runs side by side in this process, 1 to 256. Default: the processor's cores.</summary>
    [Range(1, 256)]
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Largest dataset that is taken, 1 to 4096 MiB. Default 512.</summary>
    [Range(1, 4096)]
    public int MaxUploadMegabytes { get; init; } = 512;
}

internal static class SettingsRegistration
{
    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.AddOptions<VelodromeSettings>().BindConfiguration(string.Empty).ValidateDataAnnotations().ValidateOnStart();
        return services;
    }
}
