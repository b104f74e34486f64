using System.Security.Cryptography;
using Hangfire;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Velodrome.Api.Tests.Runs;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Tests.Worker;

/// <summary>Tests the log entries about a run.</summary>
public sealed class TrainingJobTests : IDisposable
{
    private readonly LogCapture _log = new();
    private readonly VelodromeApp _app = new();
    private readonly WebApplicationFactory<Program> _host;
    private readonly HttpClient _http;

    public TrainingJobTests()
    {
        _host = _log.Attach(_app).WithWebHostBuilder(host => host.UseSetting("Workers", "1"));
        _http = _host.CreateClient();
    }

    [Fact]
    public async Task A_claim_and_the_end_of_a_run_are_logged()
    {
        var id = (await _http.Train(RunCalls.Lesson)).Id();

        Assert.StartsWith($"Run {id} is claimed", (await _log.WaitFor("runClaimed")).Message, StringComparison.Ordinal);
        Assert.StartsWith($"Run {id} ended", (await _log.WaitFor("runEnded")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_internal_failure_is_logged_with_the_runs_id_and_the_exception()
    {
        var id = await StartRunWithUnreadableCheckpoint();

        var run = await _http.Ended(id);

        Assert.Equal("internalError", run.GetProperty("error").Text("code"));
        var entry = Assert.Single(_log.Named("runFailed"));
        Assert.Equal((LogLevel.Error, $"Run {id} failed"), (entry.Level, entry.Message));
        Assert.Contains("TrainerState", entry.Exception!.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_that_cannot_be_stored_is_logged_and_both_exceptions_reach_hangfire()
    {
        Execute("""
            CREATE TRIGGER refuse BEFORE UPDATE OF "Status" ON "Runs" WHEN NEW."Status" = 'Failed'
            BEGIN SELECT RAISE(ABORT, 'refused by a trigger'); END
            """);
        var id = await StartRunWithUnreadableCheckpoint();

        var entry = await _log.WaitFor("runFailed");
        var details = await FailedJob();

        Assert.Equal($"Run {id} failed", entry.Message);
        Assert.Contains("could not be stored", details, StringComparison.Ordinal);
        Assert.Contains(entry.Exception!.Message, details, StringComparison.Ordinal);
        Assert.Contains("refused by a trigger", details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_refuses_epochs_interrupts_the_run_and_is_logged()
    {
        Execute("""CREATE TRIGGER refuse BEFORE INSERT ON "Epochs" BEGIN SELECT RAISE(ABORT, 'refused by a trigger'); END""");

        var id = await _http.StartRun(RunCalls.Lesson);

        var entry = await _log.WaitFor("runInterrupted");
        Assert.Equal(LogLevel.Error, entry.Level);
        Assert.Contains($"run {id} ", entry.Message, StringComparison.Ordinal);
        Assert.Contains("refused by a trigger", entry.Exception!.Message, StringComparison.Ordinal);
        await UntilNoAttemptCounts(id);
        Execute("DROP TRIGGER refuse");
        Assert.Equal("succeeded", (await _http.Ended(id)).Text("status"));
    }

    [Fact]
    public async Task A_run_whose_lease_cannot_be_renewed_is_released_and_logged()
    {
        var id = await _http.StartRun(RunCalls.Endless);
        await _http.Until(id, run => run.GetProperty("progress").GetProperty("epoch").GetInt32() > 0);

        Execute("""
            CREATE TRIGGER refuse BEFORE UPDATE OF "LeaseUntil" ON "Runs"
            WHEN NEW."LeaseUntil" > OLD."LeaseUntil" AND NEW."Token" = OLD."Token"
            BEGIN SELECT RAISE(ABORT, 'refused by a trigger'); END
            """);

        Assert.IsType<TimeoutException>((await _log.WaitFor("leaseEnded")).Exception);
        Assert.StartsWith($"Run {id} is released", (await _log.WaitFor("runReleased")).Message, StringComparison.Ordinal);
        Assert.Contains("refused by a trigger", Assert.Single(_log.Named("heartbeatFailed")).Exception!.Message, StringComparison.Ordinal);
        Assert.Equal("queued", (await _http.Until(id, _ => true)).Text("status"));
    }

    public void Dispose()
    {
        _host.Dispose();
        _app.Dispose();
    }

    /// <summary>The checkpoint has the right checksum, so only TrainerState finds that it is no checkpoint.</summary>
    private async Task<long> StartRunWithUnreadableCheckpoint()
    {
        var first = await _http.StartRun(RunCalls.Endless);
        await _http.Until(first, run => run.Text("status") == "running");
        var second = await _http.StartRun(RunCalls.Lesson);
        byte[] bytes = [1, 2, 3, 4];
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Write(database => database.Checkpoints.Add(new() { RunId = second, Slot = 0, Epoch = 1, Bytes = bytes, Sha256 = sha256 }));
        await _http.Post($"/api/v1/runs/{first}/cancel", "");
        return second;
    }

    /// <summary>The process lives, so it must not be taken for one that the run has ended.</summary>
    private async Task UntilNoAttemptCounts(long id)
    {
        using var scope = _host.Services.CreateScope();
        var runs = scope.ServiceProvider.GetRequiredService<TrainingDbContext>().Runs;
        await Wait.Until(
            () => runs.AsNoTracking().Any(run => run.Id == id && run.Attempts == 0 && run.StartedAt != null),
            () => $"run {id} has attempts");
    }

    private async Task<string> FailedJob()
    {
        var jobs = _host.Services.GetRequiredService<JobStorage>().GetMonitoringApi();
        await Wait.Until(() => jobs.FailedCount() > 0, () => "no job has failed");
        return Assert.Single(jobs.FailedJobs(0, 10)).Value.ExceptionDetails;
    }

    private void Execute(string sql) => Write(database => database.Database.ExecuteSqlRaw(sql));

    private void Write<T>(Func<TrainingDbContext, T> work) => _host.Services.GetRequiredService<DatabaseWriter>().WriteAndWait(work);
}
