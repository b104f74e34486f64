using Microsoft.AspNetCore.Hosting;
using Velodrome.Api.Startup;

namespace Velodrome.Api.Tests.Startup;

public sealed class StartWarningsTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Theory]
    [InlineData("http://127.0.0.1:5080", false)]
    [InlineData("http://localhost:5080", false)]
    [InlineData("http://[::1]:5080", false)]
    [InlineData("http://unix:/run/velodrome.sock", false)]
    [InlineData("https://0.0.0.0:5080", false)]
    [InlineData("http://0.0.0.0:5080", true)]
    [InlineData("http://[::]:5080", true)]
    [InlineData("http://+:5080", true)]
    [InlineData("http://10.0.0.7:5080", true)]
    [InlineData("http://ml.example.org:5080", true)]
    public void Plain_http_that_other_machines_reach_is_warned_about(string address, bool warned)
    {
        Assert.Equal(warned, StartWarnings.UnencryptedAddresses([address], new()).Any());
        Assert.Empty(StartWarnings.UnencryptedAddresses([address], new() { Proxies = "10.0.0.1" }));
    }

    [Theory]
    [InlineData("Host=db", "db")]
    [InlineData("Host=db;SSL Mode=Disable", "db")]
    [InlineData("Host=db;SSL Mode=Require", "db")] // encrypted, but to whom
    [InlineData("Host=db;SSL Mode=VerifyCA", null)]
    [InlineData("Host=db;SSL Mode=VerifyFull", null)]
    [InlineData("Host=localhost", null)]
    [InlineData("Host=127.0.0.1:5433", null)]
    [InlineData("Host=::1", null)]
    [InlineData("Host=/var/run/postgresql", null)]
    [InlineData("Host=localhost,db2", "db2")]
    public void A_database_on_another_machine_whose_identity_is_not_verified_is_warned_about(string connectionString, string? server) =>
        Assert.Equal(server, StartWarnings.UnverifiedServer(connectionString)?.Server);

    [Fact]
    public async Task The_warnings_are_in_the_log()
    {
        using var log = new LogCapture();
        var folder = Path.Combine(app.DataFolder, "open");
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "");
        using var service = log.Attach(app.WithWebHostBuilder(host => Set(host, ("DataFolder", folder), ("AllowedHosts", "*"))));

        service.CreateClient();

        await log.WaitFor("anyHostAllowed");
        if (!OperatingSystem.IsWindows())
        {
            Assert.StartsWith(folder, (await log.WaitFor("openFiles")).Message, StringComparison.Ordinal);
        }
    }

    private static void Set(IWebHostBuilder host, params (string Name, string Value)[] settings) =>
        Array.ForEach(settings, setting => host.UseSetting(setting.Name, setting.Value));
}
