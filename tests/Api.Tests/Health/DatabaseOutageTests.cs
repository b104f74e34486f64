using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Api.Tests.Runs;
using Velodrome.Data;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Health;

/// <summary>The database cannot be used for a while: requests are refused with 503, and the service recovers.</summary>
public sealed class DatabaseOutageTests
{
    [PostgresFact]
    public async Task A_stopped_server_is_answered_with_503_until_it_is_back()
    {
        using var server = PostgresServer.Start();
        using var app = new OutageApp(server.NewDatabase());
        using var http = app.CreateClient();
        await http.Train(RunCalls.Lesson);

        server.Stop();

        foreach (var path in new[] { "/api/v1/runs", "/api/v1/runs/1", "/api/v1/datasets/iris", "/api/v1/runs/1/history" })
        {
            await AssertUnavailable(await http.GetAsync(path));
        }

        await AssertUnavailable(await http.Post("/api/v1/runs", RunCalls.Lesson));
        await AssertUnavailable(await http.PostCsv("lost", "a,b\n1,2\n3,4\n"));
        await AssertUnavailable(await http.DeleteAsync("/api/v1/runs/1"));
        using var ready = await http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);

        server.Restart();

        using var back = await http.GetAsync("/api/v1/runs");
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        await http.Train(RunCalls.Lesson);
    }

    [Theory]
    [InlineData(5, true)]   // SQLITE_BUSY
    [InlineData(8, true)]   // SQLITE_READONLY
    [InlineData(10, true)]  // SQLITE_IOERR
    [InlineData(14, true)]  // SQLITE_CANTOPEN
    [InlineData(1, false)]  // SQLITE_ERROR: the statement is wrong
    [InlineData(19, false)] // SQLITE_CONSTRAINT
    public void Only_a_sqlite_file_that_cannot_be_used_counts_as_an_outage(int code, bool isOutage) =>
        Assert.Equal(isOutage, new InvalidOperationException("", new SqliteException("", code)).IsDatabaseUnavailable());

    private static async Task AssertUnavailable(HttpResponseMessage response)
    {
        Assert.Equal("databaseUnavailable", (await Refused.Read(response, HttpStatusCode.ServiceUnavailable)).Code);
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
    }

    private sealed class OutageApp(string connectionString) : VelodromeApp
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("Database:Provider", "Postgres").UseSetting("ConnectionStrings:Database", connectionString);
        }
    }
}
