using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;

namespace Velodrome.Api.Tests.Security;

/// <summary>HTTPS by Kestrel's own settings, as docs/operations.md shows them, with a self-signed certificate.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-tls-").FullName;
    private readonly X509Certificate2 _certificate = SelfSigned();

    [Fact]
    public async Task A_certificate_file_with_a_password_serves_https()
    {
        var file = Path.Combine(_folder, "velodrome.pfx");
        await File.WriteAllBytesAsync(file, _certificate.Export(X509ContentType.Pfx, "secret"));

        await AssertServesHttps(
            ("Kestrel:Endpoints:Https:Url", "https://127.0.0.1:0"),
            ("Kestrel:Endpoints:Https:Certificate:Path", file),
            ("Kestrel:Endpoints:Https:Certificate:Password", "secret"));
    }

    [Fact]
    public async Task A_pem_certificate_with_its_key_serves_https_at_the_addresses_in_urls()
    {
        var (file, key) = (Path.Combine(_folder, "velodrome.crt"), Path.Combine(_folder, "velodrome.key"));
        await File.WriteAllTextAsync(file, _certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(key, _certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

        await AssertServesHttps(
            ("urls", "https://127.0.0.1:0"),
            ("Kestrel:Certificates:Default:Path", file),
            ("Kestrel:Certificates:Default:KeyPath", key));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AssertServesHttps(params (string Name, string Value)[] settings)
    {
        using var service = new Service(settings);
        service.UseKestrel();
        service.StartServer();
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate!.GetCertHashString(HashAlgorithmName.SHA256) == _certificate.GetCertHashString(HashAlgorithmName.SHA256),
            },
        };
        using var http = new HttpClient(handler) { BaseAddress = service.ClientOptions.BaseAddress };

        Assert.Equal(Uri.UriSchemeHttps, http.BaseAddress.Scheme);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/runs/1")
        {
            Headers = { { "Origin", http.BaseAddress.GetLeftPart(UriPartial.Authority) }, { "Sec-Fetch-Site", "same-origin" } },
        };
        Assert.Equal("runNotFound", (await Refused.Read(await http.SendAsync(request), HttpStatusCode.NotFound)).Code);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private sealed class Service((string Name, string Value)[] settings) : VelodromeApp
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            Array.ForEach(settings, setting => builder.UseSetting(setting.Name, setting.Value));
        }
    }
}
