using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Worker;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Tests.Worker;

public sealed class HeartbeatTests : IDisposable
{
    private static readonly TimeSpan StopAfter = RunTiming.Lease - WorkerTiming.LeaseMargin;

    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-").FullName;
    private readonly ManualTime _time = new();
    private readonly LogCapture _log = new();
    private readonly UnreliableContexts _contexts;
    private readonly DatabaseWriter _writer;
    private readonly RunStore _store;
    private readonly RunClaim _claim;

    public HeartbeatTests()
    {
        _contexts = new(Path.Combine(_folder, "test.db"));
        using (var database = _contexts.CreateDbContext())
        {
            database.Upgrade();
        }

        _writer = new(_contexts);
        _store = new(_writer, _contexts, new WorkerName(), _time);
        _claim = _store.Claim(_writer.WriteAndWait(AddRun))!;
    }

    [Fact]
    public async Task A_database_that_fails_for_a_while_does_not_stop_the_training()
    {
        using var heartbeat = StartHeartbeat();

        _contexts.Fails = true;
        _time.Advance(RunTiming.RenewalInterval);
        await Failures(4); // two reads and two renewals
        Assert.False(heartbeat.Stop.IsCancellationRequested);

        _contexts.Fails = false;
        await _log.WaitFor("heartbeatRecovered");
        Assert.Equal((_time.GetUtcNow() + RunTiming.Lease).ToUnixTimeMilliseconds(), LeaseUntil());
        _time.Advance(StopAfter - TimeSpan.FromMilliseconds(1)); // counted from the renewal
        Assert.False(heartbeat.Stop.IsCancellationRequested);
        Assert.Null(heartbeat.Lost);
        Assert.Single(_log.Named("heartbeatFailed"));
    }

    [Fact]
    public async Task Training_stops_before_the_lease_ends_if_the_database_stays_unreachable()
    {
        using var heartbeat = StartHeartbeat();

        _contexts.Fails = true;
        _time.Advance(StopAfter - TimeSpan.FromMilliseconds(1));
        await Failures(4);
        Assert.False(heartbeat.Stop.IsCancellationRequested);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(heartbeat.Stop.IsCancellationRequested);
        Assert.Same(_contexts.Failure, Assert.IsType<TimeoutException>(heartbeat.Lost).InnerException);
        Assert.False(heartbeat.CancelRequested);
        Assert.Single(_log.Named("heartbeatFailed"));
        _contexts.Fails = false;
        Assert.True(LeaseUntil() > _time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Training_stops_on_time_although_a_call_to_the_database_hangs()
    {
        using var heartbeat = StartHeartbeat();
        _contexts.Hang();
        await _contexts.Hanging;

        _time.Advance(StopAfter);

        Assert.True(heartbeat.Stop.IsCancellationRequested);
        Assert.IsType<TimeoutException>(heartbeat.Lost);
        _contexts.Continue();
    }

    [Fact]
    public async Task A_claim_of_another_worker_stops_the_training()
    {
        using var heartbeat = StartHeartbeat();

        _writer.WriteAndWait(database => database.Runs.ExecuteUpdate(run => run.SetProperty(run => run.Token, run => run.Token + 1)));

        await Stopped(heartbeat);
        Assert.IsType<ClaimLostException>(heartbeat.Lost);
    }

    [Fact]
    public async Task A_request_to_cancel_stops_the_training()
    {
        using var heartbeat = StartHeartbeat();

        await _store.Cancel(_claim.RunId);

        await Stopped(heartbeat);
        Assert.True(heartbeat.CancelRequested);
        Assert.Null(heartbeat.Lost);
        Assert.False(heartbeat.Interrupted.IsCancellationRequested);
    }

    [Fact]
    public async Task A_cancelled_run_has_a_second_for_its_evaluation()
    {
        using var heartbeat = StartHeartbeat();
        await _store.Cancel(_claim.RunId);
        await Stopped(heartbeat);

        _time.Advance(WorkerTiming.EvaluationLimit - TimeSpan.FromMilliseconds(1));
        Assert.False(heartbeat.StopEvaluation.IsCancellationRequested);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(heartbeat.StopEvaluation.IsCancellationRequested);
    }

    [Fact]
    public void A_service_that_stops_interrupts_the_evaluation_at_once()
    {
        using var shutdown = new CancellationTokenSource();
        using var heartbeat = new Heartbeat(_store, _claim, _time, _log, shutdown.Token);

        shutdown.Cancel();

        Assert.All([heartbeat.Stop, heartbeat.StopEvaluation, heartbeat.Interrupted], token => Assert.True(token.IsCancellationRequested));
    }

    public void Dispose()
    {
        _writer.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private static long AddRun(TrainingDbContext database)
    {
        double[] values = [1, 2, 3, 4];
        var table = new Table([new NumberColumn("x", values), new NumberColumn("y", values)]);
        var request = new RunRequest { Dataset = "one", Target = "y", Validation = new() { Split = SplitKind.Last, Fraction = 0.25 } };
        var plan = RunPlan.Resolve(request, new RunTables(table));
        var dataset = new Dataset { Name = "one", Sha256 = "", Bytes = 0, Rows = 0, Columns = [], Warnings = [], CreatedAt = 0 };
        database.Datasets.Add(dataset);
        database.SaveChanges();
        var run = new Run
        {
            Name = "run",
            DatasetId = dataset.Id,
            Spec = plan.Spec,
            Split = RunSplit.Of(plan, []),
            Warnings = [],
            CreatedAt = 0,
        };
        database.Runs.Add(run);
        database.SaveChanges();
        return run.Id;
    }

    private static async Task Stopped(Heartbeat heartbeat) =>
        await Task.Delay(Timeout.Infinite, heartbeat.Stop).ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Wait.Limit);

    private Heartbeat StartHeartbeat() => new(_store, _claim, _time, _log, CancellationToken.None);

    private long? LeaseUntil()
    {
        using var database = _contexts.CreateDbContext();
        return database.Runs.Select(run => run.LeaseUntil).Single();
    }

    /// <summary>Waits until the database has failed this many times more.</summary>
    private async Task Failures(int count)
    {
        var until = _contexts.Failures + count;
        await Wait.Until(() => _contexts.Failures >= until, () => "the heartbeat does not try again");
    }

    /// <summary>A SQLite file that can be made to fail or to hang.</summary>
    private sealed class UnreliableContexts(string file) : IDbContextFactory<TrainingDbContext>
    {
        private readonly DbContextOptions _options = new DbContextOptionsBuilder<TrainingDbContext>().UseSqliteFile(file).Options;
        private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile TaskCompletionSource? _blocked;
        private volatile bool _fails;
        private volatile int _failures;

        public IOException Failure { get; } = new("The database is away.");

        public int Failures => _failures;

        public bool Fails
        {
            set => _fails = value;
        }

        /// <summary>Completes when a call hangs.</summary>
        public Task Hanging => _hanging.Task.WaitAsync(Wait.Limit);

        public void Hang() => _blocked = new();

        public void Continue() => _blocked!.SetResult();

        public TrainingDbContext CreateDbContext()
        {
            if (_blocked is { } blocked)
            {
                _hanging.TrySetResult();
                blocked.Task.Wait();
            }

            if (_fails)
            {
                Interlocked.Increment(ref _failures);
                throw Failure;
            }

            return new(_options);
        }
    }
}
