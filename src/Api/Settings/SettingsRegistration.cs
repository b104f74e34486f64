using System.ComponentModel.DataAnnotations;
using System.Net;
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
        Validator.TryValidateObject(settings.Quotas, new ValidationContext(settings.Quotas), invalid, validateAllProperties: true);
        ThrowIfAny([
            .. invalid.Select(result => result.ErrorMessage!),
            .. Conflicts(settings),
            .. AddressSettings.Faults(settings, builder.Configuration),
            .. CertificateSettings.MissingFiles(builder.Configuration),
            .. InvalidAddresses(builder.Configuration[WebHostDefaults.ServerUrlsKey]),
        ]);
        builder.Services.AddSingleton(Options.Create(settings));
        return settings;
    }

    /// <exception cref="OptionsValidationException">A setting is misspelt.</exception>
    public static void RefuseUnknownSettings(this WebApplicationBuilder builder, string[] arguments) => ThrowIfAny(
        [.. UnknownSettings.Find(builder.Configuration, arguments, Environment.GetEnvironmentVariables().Keys.Cast<string>())]);

    /// <exception cref="OptionsValidationException">The text is not a connection string.</exception>
    public static void RequireConnectionString(string text) => ThrowIfAny(IsConnectionString(text) ? [] :
        ["TARGET is not a PostgreSQL connection string. Write it like \"Host=localhost;Database=velodrome;Username=velodrome\"."]);

    private static VelodromeSettings Read(IConfiguration configuration)
    {
        try
        {
            return configuration.Get<VelodromeSettings>() ?? new();
        }
        catch (InvalidOperationException failure) // a value of the wrong type; the message contains its name and value
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
        .Select(url => WhyInvalid(url) is { } reason ? $"--urls has \"{url}\", {reason} Write it like http://127.0.0.1:5080." : null)
        .OfType<string>();

    /// <returns>The end of a sentence that has begun with the address; null if the server can listen on it.</returns>
    private static string? WhyInvalid(string url)
    {
        try
        {
            return BindingAddress.Parse(url) switch
            {
                { Scheme: not ("http" or "https") } => "whose scheme is neither http nor https.",
                { IsUnixPipe: true } or { IsNamedPipe: true } => null,
                { PathBase.Length: > 0 } => "which has a path, and an address to listen on has none.",
                { Port: < 0 or > IPEndPoint.MaxPort } => $"whose port is not between 0 and {IPEndPoint.MaxPort}.",
                { Port: 0, Host: "localhost" } => "whose port 0 needs an IP address instead of localhost.",
                _ => null,
            };
        }
        catch (FormatException)
        {
            return "which is not an address.";
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
