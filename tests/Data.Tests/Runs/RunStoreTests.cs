using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;
using Velodrome.Training;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Data.Tests.Runs;

public sealed class RunStoreTests : IDisposable
{
    private static readonly RequestKey Key = new("key", "hash of the request");

    private readonly TestDatabase _database = new TestDatabase().Upgraded();
    private readonly ManualTime _time = new();
    private readonly DatabaseWriter _writer;
    private readonly RunStore _store;
    private readonly long _dataset;

    public RunStoreTests()
    {
        _writer = new(_database);
        _store = new(_writer, _database, new WorkerName(), _time);
        _dataset = AddDataset(_writer);
    }

    [Fact]
    public async Task A_run_is_claimed_once_until_its_lease_ends()
    {
        var id = await Submit();
        var first = _store.Claim(id);

        Assert.Equal((1, 1), (first!.Token, first.Attempts));
        Assert.Null(_store.Claim(id));
        _time.Advance(RunTiming.Lease);
        Assert.Null(_store.Claim(id));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var second = _store.Claim(id);

        Assert.Equal((2, 2), (second!.Token, second.Attempts));
    }

    [Fact]
    public async Task A_renewed_lease_is_as_long_as_a_new_one()
    {
        var id = await Submit();
        var claim = _store.Claim(id)!;
        _time.Advance(RunTiming.Lease);

        _store.Renew(claim);

        _time.Advance(RunTiming.Lease);
        Assert.Null(_store.Claim(id));
    }

    [Fact]
    public async Task A_worker_that_lost_its_claim_writes_nothing()
    {
        var id = await Submit();
        var lost = _store.Claim(id)!;
        _time.Advance(2 * RunTiming.Lease);
        _store.Claim(id);
        var before = Read(id);

        Assert.Throws<ClaimLostException>(() => _store.Renew(lost));
        Assert.Throws<ClaimLostException>(() => _store.CancelRequested(lost));
        Assert.Throws<ClaimLostException>(() => _store.Finish(lost, ProgressUpdate.None, new(RunStatus.Failed)));
        await Assert.ThrowsAsync<ClaimLostException>(() => _store.Record(lost, OneEpoch));
        _store.Release(lost);

        Assert.Equivalent(before, Read(id));
    }

    [Fact]
    public async Task Attempts_are_counted_from_the_last_recorded_epoch()
    {
        var id = await Submit();
        _store.Claim(id);
        _time.Advance(2 * RunTiming.Lease);
        var claim = _store.Claim(id)!;
        Assert.Equal(2, claim.Attempts);

        await _store.Record(claim, OneEpoch);

        _time.Advance(2 * RunTiming.Lease);
        Assert.Equal(1, _store.Claim(id)!.Attempts);
    }

    [Fact]
    public async Task Claims_before_a_failure_of_the_database_are_no_attempts()
    {
        var id = await Submit();
        _store.Claim(id);
        _time.Advance(2 * RunTiming.Lease);
        var lost = _store.Claim(id)!;

        _store.ResetAttempts(lost);

        Assert.Null(_store.Claim(id)); // its lease has not ended
        _time.Advance(2 * RunTiming.Lease);
        Assert.Equal(1, _store.Claim(id)!.Attempts);
        _store.ResetAttempts(lost);
        Assert.Equal(1, Read(id).Attempts);
    }

    [Fact]
    public async Task A_released_run_can_be_claimed_immediately()
    {
        var id = await Submit();

        _store.Release(_store.Claim(id)!);

        Assert.Equal(RunStatus.Queued, Read(id).Status);
        Assert.NotNull(_store.Claim(id));
    }

    [Fact]
    public async Task A_finished_run_can_be_neither_claimed_nor_cancelled()
    {
        var id = await Submit();
        _store.Finish(_store.Claim(id)!, ProgressUpdate.None, new(RunStatus.Succeeded, StopReason.MaxEpochs));

        await _store.Cancel(id);

        Assert.Null(_store.Claim(id));
        var run = Read(id);
        Assert.Equal((RunStatus.Succeeded, false), (run.Status, run.CancelRequested));
    }

    [Fact]
    public async Task A_run_without_epochs_is_cancelled_immediately_and_another_is_asked_to_end()
    {
        var (waiting, training) = (await Submit(), await Submit());
        var claim = _store.Claim(training)!;
        Assert.False(_store.CancelRequested(claim));

        await _store.Cancel(waiting);
        await _store.Cancel(training);

        Assert.Equal(RunStatus.Cancelled, Read(waiting).Status);
        Assert.Equal(RunStatus.Running, Read(training).Status);
        Assert.True(_store.CancelRequested(claim));
    }

    [Fact]
    public async Task A_run_is_deleted_only_after_its_end()
    {
        var id = await Submit();
        await _store.Delete(id);
        Assert.Equal(RunStatus.Queued, Read(id).Status);

        await _store.Cancel(id);
        await _store.Delete(id);

        using var database = _database.CreateDbContext();
        Assert.Empty(database.Runs);
    }

    [Fact]
    public async Task A_queued_run_is_enqueued_again_after_a_minute()
    {
        var id = await Submit();
        _time.Advance(RunTiming.ReenqueueQueuedAfter);
        Assert.Empty(_store.MarkOverdueForEnqueue());
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([new QueuedRun(id, RunPriority.Normal, HasStarted: false)], _store.MarkOverdueForEnqueue());
        Assert.Empty(_store.MarkOverdueForEnqueue());
    }

    [Fact]
    public async Task A_run_whose_lease_has_ended_is_enqueued_every_five_seconds()
    {
        var id = await Submit();
        _store.Claim(id);
        _time.Advance(RunTiming.Lease);
        Assert.Empty(_store.MarkOverdueForEnqueue());
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([new QueuedRun(id, RunPriority.Normal, HasStarted: true)], _store.MarkOverdueForEnqueue());
        _time.Advance(RunTiming.ReenqueueAbandonedAfter);
        Assert.Empty(_store.MarkOverdueForEnqueue());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(_store.MarkOverdueForEnqueue());
    }

    [Fact]
    public async Task Runs_of_an_earlier_process_are_enqueued_immediately()
    {
        var (waiting, training) = (await Submit(), await Submit());
        _store.Claim(training);

        _store.ReleaseAllLeases();

        Assert.Equal([waiting, training], _store.MarkOverdueForEnqueue().Select(run => run.Id));
        Assert.NotNull(_store.Claim(training));
    }

    [Fact]
    public async Task A_repeated_key_finds_the_run_of_the_same_request_and_is_refused_for_another()
    {
        var (first, isNew) = await _store.Submit(NewRun(_dataset), Key);
        var (repeated, isNewAgain) = await _store.Submit(NewRun(_dataset), Key);

        Assert.Equal((true, false, first.Id), (isNew, isNewAgain, repeated.Id));
        Assert.Equal(first.Id, (await _store.FindSubmitted(Key, CancellationToken.None))!.Id);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => _store.Submit(NewRun(_dataset), Key with { BodySha256 = "other" }));
        Assert.Equal("idempotencyKeyReused", refused.Faults[0].Code);
    }

    [Fact]
    public async Task A_run_whose_dataset_is_gone_is_refused_with_the_reason_and_its_key_stays_free()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => _store.Submit(NewRun(dataset: 404), Key));

        Assert.Equal("unknownDataset", refused.Faults[0].Code);
        Assert.Null(await _store.FindSubmitted(Key, CancellationToken.None));
    }

    [PostgresFact]
    public async Task Two_processes_that_submit_the_same_key_together_start_one_run()
    {
        using var barrier = new InsertBarrier();
        var contexts = PostgresTestDatabase.New(barrier).Upgraded();
        using var writer = new DatabaseWriter(contexts);
        using var otherWriter = new DatabaseWriter(contexts);
        var dataset = AddDataset(writer);

        var results = await Task.WhenAll(new[] { writer, otherWriter }.Select(each =>
            new RunStore(each, contexts, new WorkerName(), _time).Submit(NewRun(dataset), Key)));

        Assert.Equal(results[0].Run.Id, results[1].Run.Id);
        Assert.Single(results, result => result.IsNew);
        using var database = contexts.CreateDbContext();
        Assert.Single(database.Runs);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _database.Dispose();
    }

    private static ProgressUpdate OneEpoch => new([new(0, 1, 1, 0.1, 1)], 0, 0, double.PositiveInfinity, null);

    private static long AddDataset(DatabaseWriter writer) => writer.WriteAndWait(database =>
    {
        var dataset = database.Datasets.Add(TestDatabase.Dataset("one")).Entity;
        database.SaveChanges();
        return dataset.Id;
    });

    private async Task<long> Submit() => (await _store.Submit(NewRun(_dataset), key: null)).Run.Id;

    private Run NewRun(long dataset)
    {
        double[] values = [1, 2, 3, 4];
        var table = new Table([new NumberColumn("x", values), new NumberColumn("y", values)]);
        var request = new RunRequest { Dataset = "one", Target = "y", Validation = new() { Split = SplitKind.Last, Fraction = 0.25 } };
        var plan = RunPlan.Resolve(request, new RunTables(table));
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return new()
        {
            Name = "run",
            DatasetId = dataset,
            Spec = plan.Spec,
            Split = RunSplit.Of(plan, []),
            Warnings = [],
            CreatedAt = now,
            EnqueuedAt = now,
        };
    }

    private Run Read(long id)
    {
        using var database = _database.CreateDbContext();
        return database.Runs.AsNoTracking().Single(run => run.Id == id);
    }

    private sealed class ManualTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(60);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan time) => _now += time;
    }

    /// <summary>Delays the first insertion of a run until a second one is about to happen: both have then looked for the key.</summary>
    private sealed class InsertBarrier : DbCommandInterceptor, IDisposable
    {
        private readonly CountdownEvent _inserts = new(2);

        public override InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        {
            if (command.CommandText.Contains("INSERT INTO \"Runs\"", StringComparison.Ordinal))
            {
                _inserts.Signal();
                _inserts.Wait(Wait.Limit);
            }

            return result;
        }

        public void Dispose() => _inserts.Dispose();
    }
}
