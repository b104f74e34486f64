using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hangfire;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Tests.Postgres;
using Velodrome.Api.Worker;
using Velodrome.Data;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Health;

/// <summary>Each test breaks one thing, so each has a separate service.</summary>
public sealed class HealthTests : IDisposable
{
    private readonly VelodromeApp _app = new();

    [Fact]
    public Task A_new_service_is_ready() => Ready(_app, HttpStatusCode.OK, "healthy", []);

    [Fact]
    public async Task A_database_that_cannot_be_opened_is_reported_and_the_process_stays_alive()
    {
        await Ready(_app, HttpStatusCode.OK, "healthy", []);
        var file = DropDatabase();
        Directory.CreateDirectory(file);

        await Ready(_app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["database", "databaseFile", "migrations"]);

        using var live = await _app.CreateClient().GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Missing_migrations_are_reported()
    {
        await Ready(_app, HttpStatusCode.OK, "healthy", []);
        using (var database = _app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext())
        {
            await database.Database.ExecuteSqlRawAsync("DELETE FROM __EFMigrationsHistory");
        }

        var checks = await Ready(_app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["migrations"]);

        Assert.Contains("InitialCreate", checks.GetProperty("migrations").GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_little_disk_space_is_reported()
    {
        using var app = _app.WithWebHostBuilder(host => host.UseSetting("MinFreeMegabytes", $"{1 << 20}"));

        await Ready(app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["diskSpace"]);
    }

    [Fact]
    public async Task Workers_that_do_not_report_are_unhealthy()
    {
        await Ready(_app, HttpStatusCode.OK, "healthy", []);
        var queue = _app.Services.GetRequiredService<JobStorage>();
        using var connection = queue.GetConnection();
        connection.RemoveServer(queue.GetMonitoringApi().Servers().Single().Name); // until its next heartbeat

        await Ready(_app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["workers"]);
    }

    [Fact]
    public async Task A_stalled_run_is_logged_and_reported_until_it_makes_progress()
    {
        var time = new ShiftedTime();
        using var log = new LogCapture();
        using var app = log.Attach(_app)
            .WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(time)));
        using var run = app.Services.GetRequiredService<StallMonitor>().Watch(404);
        Array.ForEach([0, 1, 2], run.EpochEnded);
        await Ready(app, HttpStatusCode.OK, "healthy", []);

        time.Shift(WorkerTiming.MinStallLimit);

        var checks = await Ready(app, HttpStatusCode.OK, "degraded", ["workers"]);
        var sentence = checks.GetProperty("workers").GetProperty("sentence").GetString();
        Assert.StartsWith("Run 404 has finished no epoch for 10 minutes (last epoch: 2).", sentence, StringComparison.Ordinal);
        Assert.StartsWith("Run 404 has finished no epoch for ", (await log.WaitFor("runStalled")).Message, StringComparison.Ordinal);

        run.EpochEnded(3);

        await Ready(app, HttpStatusCode.OK, "healthy", []);
        Assert.Single(log.Named("runStalled"));
    }

    [PostgresFact]
    public async Task An_api_process_without_workers_is_degraded_but_ready()
    {
        using var postgres = new PostgresApp();
        using var app = postgres.WithWebHostBuilder(host => host.UseSetting("Role", "Api"));

        await Ready(app, HttpStatusCode.OK, "degraded", ["workers"]);
    }

    [PostgresFact]
    public async Task A_worker_process_serves_only_probes()
    {
        using var postgres = new PostgresApp();
        using var app = postgres.WithWebHostBuilder(host => host.UseSetting("Role", "Worker"));

        await Ready(app, HttpStatusCode.OK, "healthy", []);
        await Refused.Read(await app.CreateClient().GetAsync("/api/v1/runs"), HttpStatusCode.NotFound);
    }

    [PostgresFact]
    public async Task A_database_server_that_has_stopped_is_reported()
    {
        using var server = PostgresServer.Start();
        using var app = _app.WithWebHostBuilder(host => host
            .UseSetting("Database:Provider", "Postgres").UseSetting("ConnectionStrings:Database", server.NewDatabase()));
        await Ready(app, HttpStatusCode.OK, "healthy", []);

        server.Dispose();

        await Ready(app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["database", "migrations", "workers"]);
    }

    public void Dispose() => _app.Dispose();

    /// <summary>Waits for the expected response of <c>/health/ready</c>: workers report a moment after the start.</summary>
    /// <param name="failing">The checks that are not healthy.</param>
    private static async Task<JsonElement> Ready(WebApplicationFactory<Program> app, HttpStatusCode status, string word, string[] failing)
    {
        var http = app.CreateClient();
        for (var deadline = DateTime.UtcNow + Wait.Limit; ; await Task.Delay(50))
        {
            using var response = await http.GetAsync("/health/ready");
            var body = await response.Content.ReadFromJsonAsync<JsonElement>();
            var checks = body.GetProperty("checks");
            var found = checks.EnumerateObject().Where(check => check.Value.GetProperty("status").GetString() != "healthy")
                .Select(check => check.Name).Order();
            if (response.StatusCode == status && body.GetProperty("status").GetString() == word && found.SequenceEqual(failing))
            {
                return checks;
            }

            Assert.True(DateTime.UtcNow < deadline, $"{response.StatusCode} {body}");
        }
    }

    private string DropDatabase()
    {
        SqliteConnection.ClearAllPools();
        var file = Path.Combine(_app.DataFolder, "velodrome.db");
        Array.ForEach(["", "-wal", "-shm"], ending => File.Delete(file + ending));
        return file;
    }

    /// <summary>The system's time, but time that has elapsed can be added. The date stays, because Hangfire has its own clock.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        private long _shift;

        public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _shift);

        public void Shift(TimeSpan time) => Interlocked.Add(ref _shift, (long)(time.TotalSeconds * TimestampFrequency));
    }
}
