using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hangfire;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Tests.Postgres;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Health;

/// <summary>Each test breaks one thing, so each has a service of its own.</summary>
public sealed class HealthTests : IDisposable
{
    private readonly VelodromeApp _app = new();

    [Fact]
    public async Task All_is_well_at_first()
    {
        await Ready(_app, HttpStatusCode.OK, "healthy", []);
    }

    [Fact]
    public async Task A_database_that_can_not_be_opened_is_told_and_the_process_lives_on()
    {
        await Ready(_app, HttpStatusCode.OK, "healthy", []);
        var file = DropDatabase();
        Directory.CreateDirectory(file);

        await Ready(_app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["database", "migrations"]);

        using var live = await _app.CreateClient().GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Missing_tables_are_told()
    {
        await Ready(_app, HttpStatusCode.OK, "healthy", []);
        DropDatabase();

        var checks = await Ready(_app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["database", "migrations"]);

        Assert.Contains("InitialCreate", checks.GetProperty("migrations").GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_little_disk_space_is_told()
    {
        using var app = _app.WithWebHostBuilder(host => host.UseSetting("MinFreeMegabytes", $"{1 << 20}"));

        await Ready(app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["diskSpace"]);
    }

    [Fact]
    public async Task Workers_that_are_not_heard_of_are_told()
    {
        await Ready(_app, HttpStatusCode.OK, "healthy", []);
        var queue = _app.Services.GetRequiredService<JobStorage>();
        using var connection = queue.GetConnection();
        connection.RemoveServer(queue.GetMonitoringApi().Servers().Single().Name); // as Hangfire does with one that is silent; it is back at its next heartbeat

        await Ready(_app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["workers"]);
    }

    [PostgresFact]
    public async Task An_api_without_workers_is_ready_and_says_that_runs_wait()
    {
        using var postgres = new PostgresApp();
        using var app = postgres.WithWebHostBuilder(host => host.UseSetting("Role", "Api"));

        await Ready(app, HttpStatusCode.OK, "degraded", ["workers"]);
    }

    [PostgresFact]
    public async Task A_worker_answers_probes_and_nothing_else()
    {
        using var postgres = new PostgresApp();
        using var app = postgres.WithWebHostBuilder(host => host.UseSetting("Role", "Worker"));

        await Ready(app, HttpStatusCode.OK, "healthy", []);
        await Refused.Read(await app.CreateClient().GetAsync("/api/v1/runs"), HttpStatusCode.NotFound);
    }

    [PostgresFact]
    public async Task A_server_that_has_stopped_is_told()
    {
        using var server = PostgresServer.Start();
        using var app = _app.WithWebHostBuilder(host => host.UseSetting("Database:Provider", "Postgres").UseSetting("ConnectionStrings:Database", server.NewDatabase()));
        await Ready(app, HttpStatusCode.OK, "healthy", []);

        server.Dispose();

        await Ready(app, HttpStatusCode.ServiceUnavailable, "unhealthy", ["database", "migrations", "workers"]);
    }

    public void Dispose() => _app.Dispose();

    /// <summary>Waits a little, since workers announce themselves a moment after the start.</summary>
    private static async Task<JsonElement> Ready(WebApplicationFactory<Program> app, HttpStatusCode status, string word, string[] amiss)
    {
        var http = app.CreateClient();
        for (var deadline = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(50))
        {
            using var response = await http.GetAsync("/health/ready");
            var body = await response.Content.ReadFromJsonAsync<JsonElement>();
            var checks = body.GetProperty("checks");
            var found = checks.EnumerateObject().Where(check => check.Value.GetProperty("status").GetString() != "healthy").Select(check => check.Name).Order();
            if (response.StatusCode == status && body.GetProperty("status").GetString() == word && found.SequenceEqual(amiss))
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
}
