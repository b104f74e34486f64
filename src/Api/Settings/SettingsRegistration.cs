using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Velodrome.Api.Settings;

/// <summary>Reads and checks the settings first, because they decide which services are registered.</summary>
internal static class SettingsRegistration
{
    /// <exception cref="OptionsValidationException">A setting is invalid, or two settings contradict each other.</exception>
    public static VelodromeSettings AddSettings(this WebApplicationBuilder builder)
    {
        var settings = Read(builder.Configuration);
        var invalid = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), invalid, validateAllProperties: true);
        ThrowIfAny([
            .. invalid.Select(result => result.ErrorMessage!),
            .. Conflicts(settings),
            .. InvalidAddresses(builder.Configuration[WebHostDefaults.ServerUrlsKey]),
        ]);
        builder.Services.AddSingleton(Options.Create(settings));
        return settings;
    }

    private static VelodromeSettings Read(IConfiguration configuration)
    {
        try
        {
            return configuration.Get<VelodromeSettings>() ?? new();
        }
        catch (InvalidOperationException failure) // a value of the wrong type; the message has its name and value
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(VelodromeSettings), [failure.Message]);
        }
    }

    private static void ThrowIfAny(IReadOnlyList<string> sentences)
    {
        if (sentences.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(VelodromeSettings), sentences);
        }
    }

    private static IEnumerable<string> InvalidAddresses(string? urls) => (urls ?? "")
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(url => !IsAddress(url))
        .Select(url => $"--urls has \"{url}\", which is not an address. Write it like http://127.0.0.1:5080.");

    private static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Scheme is "http" or "https";
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Conflicts(VelodromeSettings settings)
    {
        if (settings.Database.Provider == DatabaseProvider.Postgres)
        {
            if (string.IsNullOrWhiteSpace(settings.ConnectionStrings.Database))
            {
                yield return "Database:Provider is Postgres, but ConnectionStrings:Database is not set. " +
                    "Set it, for example to \"Host=localhost;Database=velodrome;Username=velodrome\".";
            }
            else if (!IsConnectionString(settings.ConnectionStrings.Database))
            {
                yield return "ConnectionStrings:Database is not a PostgreSQL connection string. " +
                    "Write it like \"Host=localhost;Database=velodrome;Username=velodrome;Password=...\".";
            }
        }
        else if (settings.Role != Role.All)
        {
            yield return $"Role is {settings.Role}, but SQLite supports only a single process with the role All. " +
                "Set Database:Provider to Postgres, or leave Role at All.";
        }
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (ArgumentException)
        {
            return false; // the exception's message may contain the password
        }
    }
}
