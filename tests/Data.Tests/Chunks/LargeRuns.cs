using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Chunks;
using Velodrome.Data.Runs;
using Velodrome.Data.Tests.Datasets;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Models;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Data.Tests.Chunks;

/// <summary>Runs whose checkpoints and models have several pieces, because a piece has 100 bytes here.</summary>
internal sealed class LargeRuns : IDisposable
{
    private const int Weights = 61;

    private static readonly RunPlan Plan = RunPlan.Resolve(
        new() { Dataset = "one", Target = "y", Validation = new() { Split = SplitKind.Last, Fraction = 0.25 } },
        new RunTables(new Table([new NumberColumn("x", [1, 2, 3, 4]), new NumberColumn("y", [1, 2, 3, 4])])));

    private readonly AdjustableTime _time = new();

    public LargeRuns(IDbContextFactory<TrainingDbContext> contexts)
    {
        Contexts = contexts;
        Writer = new(contexts);
        Store = new(Writer, contexts, new WorkerName(), _time) { ChunkSize = 100 };
    }

    public IDbContextFactory<TrainingDbContext> Contexts { get; }

    public DatabaseWriter Writer { get; }

    public RunStore Store { get; }

    /// <summary>Adam's state after an epoch: 1036 bytes.</summary>
    public static TrainerState State(int epoch)
    {
        float[] Numbers(int seed) => [.. Enumerable.Range(0, Weights).Select(i => MathF.Sin(1000 * epoch + 100 * seed + i))];

        return new(epoch, 0.5, new(Numbers(1), [Numbers(2), Numbers(3)], epoch), 0, epoch, 0.25, Numbers(4));
    }

    /// <summary>One epoch with its checkpoint.</summary>
    public static ProgressUpdate Progress(int epoch) => new([new(epoch, 1, 1, 0.1, 1)], epoch, epoch, 0.25, State(epoch));

    public static TrainedModel Model()
    {
        var shape = new NetworkShape(Plan.Encoder.Width, [20, 10], 1);
        return new(Plan.Encoder, new() { Hidden = [20, 10] }, [.. Enumerable.Range(0, shape.Parameters).Select(i => MathF.Cos(i))], null);
    }

    public static byte[] BytesOf(TrainerState? state) => state is null ? [] : BytesOf(state.OpenRead());

    public static byte[] BytesOf(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>A new run that this worker has claimed.</summary>
    public async Task<RunClaim> Start()
    {
        var dataset = Writer.WriteAndWait(database =>
        {
            var added = database.Datasets.Add(TestDatabase.Dataset("one")).Entity;
            database.SaveChanges();
            return added.Id;
        });
        var (run, _) = await Store.Submit(
            new() { Name = "run", DatasetId = dataset, Spec = Plan.Spec, Split = RunSplit.Of(Plan, []), Warnings = [], CreatedAt = 1 },
            null);
        return Store.Claim(run.Id)!;
    }

    /// <summary>A run that has a checkpoint and a model.</summary>
    public async Task<Run> Ended(int lastEpoch, StopReason reason)
    {
        var claim = await Start();
        for (var epoch = 0; epoch < lastEpoch; epoch++)
        {
            await Store.Record(claim, Progress(epoch));
        }

        Store.Finish(claim, Progress(lastEpoch), new(RunStatus.Succeeded, reason, Model()));
        using var database = Contexts.CreateDbContext();
        return database.Runs.AsNoTracking().Single(run => run.Id == claim.RunId);
    }

    /// <summary>Another worker's claim, after the lease of this one has ended.</summary>
    public RunClaim ClaimAgain(RunClaim claim)
    {
        _time.Advance(2 * RunTiming.Lease);
        return Store.Claim(claim.RunId)!;
    }

    /// <summary>Bytes of the newest checkpoint.</summary>
    public byte[] Load(long runId)
    {
        using var database = Contexts.CreateDbContext();
        return BytesOf(database.LoadCheckpoint(runId, damaged: epoch => Assert.Fail($"The checkpoint of epoch {epoch} is damaged.")));
    }

    public byte[] LoadModel(long runId)
    {
        using var database = Contexts.CreateDbContext();
        using var stream = new VerifiedStream(database, database.Models.AsNoTracking().Single(model => model.RunId == runId));
        return BytesOf(stream);
    }

    public int Count<T>(Func<TrainingDbContext, IQueryable<T>> rows)
    {
        using var database = Contexts.CreateDbContext();
        return rows(database).Count();
    }

    /// <summary>How many chunks checkpoints and models refer to.</summary>
    public int ChunksOfRows()
    {
        using var database = Contexts.CreateDbContext();
        return database.Checkpoints.Sum(row => row.Chunks) + database.Models.Sum(row => row.Chunks);
    }

    public void Dispose() => Writer.Dispose();
}
