using Hangfire.Logging;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Hosting;

namespace Velodrome.Api.Tests;

/// <summary>The service as it is, on a SQLite file in a folder of its own; only settings are changed.</summary>
public class VelodromeApp : WebApplicationFactory<Program>
{
    public VelodromeApp() => ClientOptions.AllowAutoRedirect = false;

    public string DataFolder { get; } = Directory.CreateTempSubdirectory("velodrome-").FullName;

    protected override IHost CreateHost(IHostBuilder builder)
    {
        var host = base.CreateHost(builder);
        LogProvider.SetCurrentLogProvider(new NoLog()); // Hangfire's is static: that of a host that is disposed would fail all others
        return host;
    }

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

    private sealed class NoLog : ILogProvider, ILog
    {
        public ILog GetLogger(string name) => this;

        public bool Log(LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null) => false;
    }
}
