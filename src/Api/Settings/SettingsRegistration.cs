using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Velodrome.Api.Settings;

/// <summary>Reads and checks the settings before anything is built of them: which services there are depends on them.</summary>
internal static class SettingsRegistration
{
    /// <exception cref="OptionsValidationException">Settings that can't be, or not together.</exception>
    public static VelodromeSettings AddSettings(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.Get<VelodromeSettings>() ?? new();
        var wrong = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), wrong, validateAllProperties: true);
        var sentences = wrong.Select(result => result.ErrorMessage!).Concat(Conflicts(settings)).ToList();
        if (sentences.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(VelodromeSettings), sentences);
        }

        builder.Services.AddSingleton(Options.Create(settings));
        return settings;
    }

    private static IEnumerable<string> Conflicts(VelodromeSettings settings)
    {
        if (settings.Database.Provider == DatabaseProvider.Postgres)
        {
            if (string.IsNullOrWhiteSpace(settings.ConnectionStrings.Database))
            {
                yield return "Database:Provider is Postgres, and ConnectionStrings:Database does not say where it is: set it, for example to \"Host=localhost;Database=velodrome;Username=velodrome\".";
            }
            else if (!IsConnectionString(settings.ConnectionStrings.Database))
            {
                yield return "ConnectionStrings:Database is no connection string of PostgreSQL: write it as \"Host=localhost;Database=velodrome;Username=velodrome;Password=...\".";
            }
        }
        else if (settings.Role != Role.All)
        {
            yield return $"Role is {settings.Role}, and the embedded database is for one process that does everything: set Database:Provider to Postgres, or leave Role at All.";
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
            return false; // its message may quote the password
        }
    }
}
