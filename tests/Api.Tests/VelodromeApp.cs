using Hangfire.Logging;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Velodrome.Api.Tests.Problems;

namespace Velodrome.Api.Tests;

/// <summary>
/// The whole service on a SQLite file in its own temporary folder. Only settings differ from production, and every refusal is compared
/// with what its operation declares.
/// </summary>
public class VelodromeApp : WebApplicationFactory<Program>
{
    public VelodromeApp() => ClientOptions.AllowAutoRedirect = false;

    public string DataFolder { get; } = Directory.CreateTempSubdirectory("velodrome-").FullName;

    protected override IHost CreateHost(IHostBuilder builder)
    {
        var host = base.CreateHost(builder);
        LogProvider.SetCurrentLogProvider(new NoLog()); // Hangfire's provider is static: a disposed host's one would fail all other hosts
        return host;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseSetting("DataFolder", DataFolder)
        .ConfigureServices(services => services.AddSingleton<IStartupFilter, DeclaredRefusals>());

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(DataFolder)) // xunit disposes a fixture twice when it is IDisposable and IAsyncDisposable
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools(); // pooled connections hold the file open
            Directory.Delete(DataFolder, recursive: true);
        }
    }

    private sealed class NoLog : ILogProvider, ILog
    {
        public ILog GetLogger(string name) => this;

        public bool Log(LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null) => false;
    }
}
