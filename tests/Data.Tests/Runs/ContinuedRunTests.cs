using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Data.Tests.Runs;

/// <summary>A run that is continued gets a copy of its parent's epochs, part by part if there are many.</summary>
public sealed class ContinuedRunTests : IDisposable
{
    private const int Last = 2 * RunStore.EpochsPerCopy + 5;

    private readonly CopyWatch _watch = new();
    private readonly TestDatabase _database;
    private readonly DatabaseWriter _writer;
    private readonly RunStore _store;

    public ContinuedRunTests()
    {
        _database = new TestDatabase(_watch).Upgraded();
        _writer = new(_database);
        _store = new(_writer, _database, new WorkerName(), TimeProvider.System);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(RunStore.EpochsPerCopy - 1, 1)]
    [InlineData(RunStore.EpochsPerCopy, 2)]
    [InlineData(Last, 3)]
    public async Task Every_epoch_is_copied_in_parts_between_which_no_query_sees_the_run(int last, int parts)
    {
        var parent = AddParent(last);
        var seen = new List<int>();
        _watch.BeforePart = () => seen.Add(CountRuns());

        var run = await _store.Continue(parent, last + 10, "more");

        Assert.Equal(Enumerable.Repeat(1, parts), seen);
        Assert.Equal(2, CountRuns());
        using var database = _database.CreateDbContext();
        Assert.Equal(Enumerable.Range(0, last + 1),
            database.Epochs.Where(epoch => epoch.RunId == run.Id).OrderBy(epoch => epoch.Number).Select(epoch => epoch.Number));
        Assert.Null(run.CopyLeaseUntil);
        Assert.NotNull(_store.Claim(run.Id));
    }

    [Fact]
    public async Task Other_writes_are_committed_between_two_parts()
    {
        var parent = AddParent(Last);
        Task<int>? other = null;
        _watch.BeforePart = () => other ??= _writer.Write(database => database.Epochs.Count(epoch => epoch.RunId != parent.Id));

        await _store.Continue(parent, Last + 10, "more");

        Assert.InRange(await other!, 1, Last);
    }

    [Fact]
    public async Task A_parent_that_was_deleted_is_refused()
    {
        var parent = AddParent(3);
        await _store.Delete(parent.Id);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => _store.Continue(parent, 10, "more"));

        Assert.Equal("runNotFound", refused.Faults[0].Code);
        Assert.Equal(0, CountRuns());
    }

    [Fact]
    public async Task A_parent_that_is_deleted_between_two_parts_leaves_nothing_of_the_new_run()
    {
        var parent = AddParent(Last);
        Task? deletion = null;
        _watch.BeforePart = () => deletion ??= _store.Delete(parent.Id);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => _store.Continue(parent, Last + 10, "more"));

        await deletion!;
        Assert.Equal("runNotFound", refused.Faults[0].Code);
        using var database = _database.CreateDbContext();
        Assert.Equal((0, 0), (database.Runs.IgnoreQueryFilters().Count(), database.Epochs.Count()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_of_a_killed_process_is_deleted_at_the_next_start_or_by_the_next_copy_after_its_lease(bool atStart)
    {
        var parent = AddParent(3);
        var copied = await _store.Continue(parent, 10, "killed");
        _writer.WriteAndWait(database => database.Runs.Where(run => run.Id == copied.Id)
            .ExecuteUpdate(run => run.SetProperty(run => run.CopyLeaseUntil, atStart ? long.MaxValue - 1 : 1)));
        Assert.Equal(1, CountRuns());
        Assert.Null(_store.Claim(copied.Id));
        Assert.DoesNotContain(_store.MarkOverdueForEnqueue(), run => run.Id == copied.Id);

        if (atStart)
        {
            _store.ReleaseAllLeases();
        }
        else
        {
            await _store.Continue(parent, 10, "next");
        }

        using var database = _database.CreateDbContext();
        Assert.False(database.Runs.IgnoreQueryFilters().Any(run => run.Name == "killed"));
        Assert.False(database.Epochs.Any(epoch => epoch.RunId == copied.Id && database.Runs.All(run => run.Id != copied.Id)));
    }

    public void Dispose()
    {
        _writer.Dispose();
        _database.Dispose();
    }

    private int CountRuns()
    {
        using var database = _database.CreateDbContext();
        return database.Runs.Count();
    }

    private Run AddParent(int last) => _writer.WriteAndWait(database =>
    {
        var dataset = database.Datasets.Add(TestDatabase.Dataset("one")).Entity;
        database.SaveChanges();
        double[] values = [1, 2, 3, 4];
        var table = new Table([new NumberColumn("x", values), new NumberColumn("y", values)]);
        var request = new RunRequest { Dataset = "one", Target = "y", Validation = new() { Split = SplitKind.Last, Fraction = 0.25 } };
        var plan = RunPlan.Resolve(request, new RunTables(table));
        var run = database.Runs.Add(new()
        {
            Name = "parent",
            Status = RunStatus.Succeeded,
            DatasetId = dataset.Id,
            Spec = plan.Spec,
            Split = RunSplit.Of(plan, []),
            Warnings = [],
            LastEpoch = last,
            CreatedAt = 0,
            FinishedAt = 1,
        }).Entity;
        database.SaveChanges();
        database.Epochs.AddRange(Enumerable.Range(0, last + 1).Select(number => new Epoch
        {
            RunId = run.Id,
            Number = number,
            TrainLoss = 1,
            ValidationLoss = 1,
            LearningRate = 0.1,
            Seconds = number,
        }));
        return run;
    });

    /// <summary>Notices each part before it is copied.</summary>
    private sealed class CopyWatch : DbCommandInterceptor
    {
        public Action? BeforePart { get; set; }

        public override InterceptionResult<int> NonQueryExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
        {
            if (command.CommandText.Contains("INSERT INTO \"Epochs\"", StringComparison.Ordinal)
                && command.CommandText.Contains("SELECT", StringComparison.Ordinal))
            {
                BeforePart?.Invoke();
            }

            return result;
        }
    }
}
