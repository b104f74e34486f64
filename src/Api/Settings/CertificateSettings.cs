namespace Velodrome.Api.Settings;

/// <summary>Checks the certificates in Kestrel's own settings, whose failures would otherwise be stack traces.</summary>
internal static class CertificateSettings
{
    private static readonly string[] Files = ["Path", "KeyPath"];

    /// <summary>A sentence for each file that does not exist. Kestrel looks for a relative path beside the program.</summary>
    public static IEnumerable<string> MissingFiles(IConfiguration configuration) =>
        from certificate in configuration.GetSection("Kestrel:Certificates").GetChildren()
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint.GetSection("Certificate")))
        from setting in Files
        let path = certificate[setting]
        where path is not null && !File.Exists(Path.Combine(AppContext.BaseDirectory, path))
        select $"{certificate.Path}:{setting} is \"{path}\", and there is no such file. Write the absolute path of a certificate file.";
}
