using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Velodrome.Api.Tests;

/// <summary>The service as it is, on a SQLite file in a folder of its own; only settings are changed.</summary>
public class VelodromeApp : WebApplicationFactory<Program>
{
    public VelodromeApp() => ClientOptions.AllowAutoRedirect = false;

    public string DataFolder { get; } = Directory.CreateTempSubdirectory("velodrome-").FullName;

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.UseSetting("DataFolder", DataFolder);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(DataFolder)) // xunit disposes a fixture twice, as it does anything that can be disposed both ways
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools(); // they hold the file open
            Directory.Delete(DataFolder, recursive: true);
        }
    }
}
