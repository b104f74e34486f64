using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Chunks;
using Velodrome.Data.Maintenance;
using Velodrome.Data.Runs;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;
using Velodrome.Training.Fitting;
using Velodrome.Training.Models;

namespace Velodrome.Data.Tests.Chunks;

/// <summary>Checkpoints and models that are written piece by piece, and what is left if that is interrupted anywhere.</summary>
public sealed class ChunkedRunTests : IDisposable
{
    /// <summary>Pieces after the first that a checkpoint of <see cref="LargeRuns.State"/> has.</summary>
    private const int Chunks = 10;

    private readonly ChunkWatch _watch = new();
    private readonly TestDatabase _database;
    private readonly LargeRuns _runs;

    public ChunkedRunTests()
    {
        _database = new TestDatabase(_watch).Upgraded();
        _runs = new(_database);
        _watch.Restart(failAt: null); // the migration made a command too
    }

    private RunStore Store => _runs.Store;

    [Fact]
    public async Task Each_of_many_checkpoints_is_loaded_bit_for_bit() => await RecordAndFinish(_runs);

    [PostgresFact]
    public async Task Each_of_many_checkpoints_is_loaded_bit_for_bit_on_postgres()
    {
        using var runs = new LargeRuns(PostgresTestDatabase.New().Upgraded());
        await RecordAndFinish(runs);
    }

    private static async Task RecordAndFinish(LargeRuns runs)
    {
        var claim = await runs.Start();
        for (var epoch = 0; epoch < 5; epoch++)
        {
            await runs.Store.Record(claim, LargeRuns.Progress(epoch));

            Assert.Equal(LargeRuns.BytesOf(LargeRuns.State(epoch)), runs.Load(claim.RunId));
            Assert.Equal(Math.Min(epoch + 1, 2) * Chunks, runs.Count(database => database.RunChunks));
        }

        var model = LargeRuns.Model();
        runs.Store.Finish(claim, LargeRuns.Progress(5), new(RunStatus.Succeeded, StopReason.MaxEpochs, model));

        Assert.Equal(LargeRuns.BytesOf(LargeRuns.State(5)), runs.Load(claim.RunId));
        Assert.Equal(LargeRuns.BytesOf(model.OpenRead()), runs.LoadModel(claim.RunId));
        Assert.Empty(DatabaseVerifier.Verify(runs.Contexts).SelectMany(line => line.Faults));
        await runs.Store.Delete(claim.RunId);
        Assert.Equal((0, 0), (runs.Count(database => database.RunChunks), runs.Count(database => database.Runs.IgnoreQueryFilters())));
    }

    [Fact]
    public async Task A_small_checkpoint_and_model_are_rows_without_chunks()
    {
        var store = new RunStore(_runs.Writer, _database, new WorkerName(), TimeProvider.System);
        var claim = await _runs.Start();

        await store.Record(claim, LargeRuns.Progress(0));
        store.Finish(claim, LargeRuns.Progress(1), new(RunStatus.Succeeded, StopReason.MaxEpochs, LargeRuns.Model()));

        Assert.Equal((2, 0), (_runs.Count(database => database.Checkpoints), _runs.Count(database => database.RunChunks)));
        Assert.Equal(LargeRuns.BytesOf(LargeRuns.Model().OpenRead()), _runs.LoadModel(claim.RunId));
        Assert.Equal(0, _watch.Commands);
    }

    /// <summary>Before every command about chunks: the deletion of the older ones and the insertion of each new one.</summary>
    [Fact]
    public async Task Interrupted_anywhere_the_earlier_checkpoint_is_whole_and_the_rest_is_deleted_by_the_next()
    {
        var claim = await _runs.Start();
        await Store.Record(claim, LargeRuns.Progress(0));
        await Store.Record(claim, LargeRuns.Progress(1));
        _watch.Restart(failAt: null);
        await Store.Record(claim, LargeRuns.Progress(2));
        var commands = _watch.Commands;
        Assert.Equal(1 + 2 + Chunks, commands); // the query for older chunks, their deletion in two parts, and each new one

        for (var (at, epoch) = (1, 3); at <= commands; at++, epoch++)
        {
            _watch.Restart(failAt: at);
            await Assert.ThrowsAnyAsync<Exception>(() => Store.Record(claim, LargeRuns.Progress(epoch)));
            _watch.Restart(failAt: null);

            Assert.Equal(LargeRuns.BytesOf(LargeRuns.State(epoch - 1)), _runs.Load(claim.RunId));
            Assert.Equal(epoch, _runs.Count(database => database.Epochs));
            claim = _runs.ClaimAgain(claim);
            await Store.Record(claim, LargeRuns.Progress(epoch));
            Assert.Equal(LargeRuns.BytesOf(LargeRuns.State(epoch)), _runs.Load(claim.RunId));
            Assert.Equal(2 * Chunks, _runs.Count(database => database.RunChunks));
        }
    }

    [Fact]
    public async Task Interrupted_while_its_model_is_stored_a_run_ends_as_if_it_were_not()
    {
        var claim = await _runs.Start();
        await Store.Record(claim, LargeRuns.Progress(0));
        _watch.Restart(failAt: Chunks + 5);
        Assert.ThrowsAny<Exception>(() => Finish(claim));
        Assert.Equal((1, 0), (_runs.Count(database => database.Checkpoints), _runs.Count(database => database.Models)));
        _watch.Restart(failAt: null);

        claim = _runs.ClaimAgain(claim);
        Finish(claim);

        Assert.Equal(LargeRuns.BytesOf(LargeRuns.Model().OpenRead()), _runs.LoadModel(claim.RunId));
        Assert.Equal(_runs.ChunksOfRows(), _runs.Count(database => database.RunChunks));

        void Finish(RunClaim by) =>
            Store.Finish(by, LargeRuns.Progress(1), new(RunStatus.Succeeded, StopReason.MaxEpochs, LargeRuns.Model()));
    }

    [Fact]
    public async Task A_worker_that_loses_its_claim_between_two_pieces_writes_no_more()
    {
        var claim = await _runs.Start();
        await Store.Record(claim, LargeRuns.Progress(0));
        Task? takeover = null;
        _watch.Restart(failAt: null);
        _watch.BeforeInsert = inserts => takeover ??= inserts == 3
            ? _runs.Writer.Write(database => { database.Runs.ExecuteUpdate(run => run.SetProperty(run => run.Token, claim.Token + 1)); })
            : null;

        await Assert.ThrowsAsync<ClaimLostException>(() => Store.Record(claim, LargeRuns.Progress(1)));

        Assert.Equal(LargeRuns.BytesOf(LargeRuns.State(0)), _runs.Load(claim.RunId));
        Assert.Equal((1, Chunks + 3), (_runs.Count(database => database.Epochs), _runs.Count(database => database.RunChunks)));
        await Store.Record(claim with { Token = claim.Token + 1 }, LargeRuns.Progress(1));
        Assert.Equal(2 * Chunks, _runs.Count(database => database.RunChunks));
    }

    [Fact]
    public async Task A_checkpoint_that_is_given_up_between_two_pieces_adds_nothing()
    {
        var claim = await _runs.Start();
        await Store.Record(claim, LargeRuns.Progress(0));
        using var cancellation = new CancellationTokenSource();
        _watch.Restart(failAt: null);
        _watch.BeforeInsert = inserts =>
        {
            if (inserts == 2)
            {
                cancellation.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Record(claim, LargeRuns.Progress(1), cancellation.Token));

        Assert.Equal((1, Chunks + 2), (_runs.Count(database => database.Epochs), _runs.Count(database => database.RunChunks)));
        Store.Finish(claim, ProgressUpdate.None, new(RunStatus.Cancelled));
        Assert.Equal(Chunks, _runs.Count(database => database.RunChunks));
    }

    [Theory]
    [InlineData(true, "is missing")]
    [InlineData(false, "has another SHA-256")]
    public async Task Damage_of_the_second_piece_is_named_and_the_checkpoint_before_is_used(bool delete, string what)
    {
        var claim = await _runs.Start();
        await Store.Record(claim, LargeRuns.Progress(0));
        await Store.Record(claim, LargeRuns.Progress(1));
        using var database = _database.CreateDbContext();
        var set = database.Checkpoints.Single(checkpoint => checkpoint.Epoch == 1).ChunkSet;
        var second = database.RunChunks.Where(chunk => chunk.ChunkSet == set && chunk.Number == 1);
        Assert.Equal(1, delete
            ? second.ExecuteDelete()
            : second.ExecuteUpdate(row => row.SetProperty(chunk => chunk.Bytes, new byte[100])));

        var damaged = new List<int>();
        var loaded = database.LoadCheckpoint(claim.RunId, damaged.Add);

        Assert.Equal([1], damaged);
        Assert.Equal(0, loaded!.Epoch);
        var fault = Assert.Single(DatabaseVerifier.Verify(_database).SelectMany(line => line.Faults));
        Assert.Contains($"at epoch 1 is damaged: piece 2 of {Chunks + 1} {what}", fault, StringComparison.Ordinal);
    }

    /// <summary>Otherwise the next checkpoint would take the place of the good one, as the damaged one has the higher epoch.</summary>
    [Fact]
    public async Task A_damaged_checkpoint_is_deleted_before_the_next_is_written()
    {
        var claim = await _runs.Start();
        await Store.Record(claim, LargeRuns.Progress(0));
        await Store.Record(claim, LargeRuns.Progress(1));
        using var database = _database.CreateDbContext();
        database.Database.ExecuteSqlRaw("UPDATE \"Checkpoints\" SET \"Bytes\" = x'00' WHERE \"Epoch\" = 1");

        Store.DeleteDamagedCheckpoints(claim, database.LoadCheckpoint(claim.RunId, _ => { })!.Epoch);
        _watch.Restart(failAt: 5);
        await Assert.ThrowsAnyAsync<Exception>(() => Store.Record(claim, LargeRuns.Progress(2)));

        Assert.Equal(LargeRuns.BytesOf(LargeRuns.State(0)), _runs.Load(claim.RunId));
    }

    [Theory]
    [InlineData(StopReason.MaxEpochs, 0)]
    [InlineData(StopReason.Patience, 3)]
    public async Task A_continued_run_has_a_copy_of_every_piece_and_no_query_sees_it_before(StopReason reason, int patienceFrom)
    {
        var parent = await _runs.Ended(lastEpoch: 3, reason);
        var seen = new List<int>();
        _watch.Restart(failAt: null);
        _watch.BeforeInsert = _ => seen.Add(_runs.Count(database => database.Runs));

        var child = await Store.Continue(parent, 10, "more");

        Assert.All(seen, count => Assert.Equal(1, count));
        Assert.Equal((Chunks + 3) / 4, seen.Count);
        await Store.Delete(parent.Id);
        Assert.Equal(LargeRuns.BytesOf(LargeRuns.State(3) with { PatienceFrom = patienceFrom }), _runs.Load(child.Id));
        Assert.NotNull(Store.Claim(child.Id));
    }

    [Fact]
    public async Task A_run_that_is_being_deleted_is_not_seen_and_the_next_start_deletes_the_rest()
    {
        var run = await _runs.Ended(lastEpoch: 3, StopReason.MaxEpochs);
        _watch.Restart(failAt: 2); // the first is the query for the chunks

        await Assert.ThrowsAnyAsync<Exception>(() => Store.Delete(run.Id));

        Assert.Equal((0, 1), (_runs.Count(database => database.Runs), _runs.Count(database => database.Runs.IgnoreQueryFilters())));
        _watch.Restart(failAt: null);
        Store.ReleaseAllLeases();
        Assert.Equal((0, 0), (_runs.Count(database => database.RunChunks), _runs.Count(database => database.Runs.IgnoreQueryFilters())));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_while_it_waits_keeps_no_chunks_of_an_interrupted_checkpoint()
    {
        var claim = await _runs.Start();
        _watch.Restart(failAt: Chunks);
        await Assert.ThrowsAnyAsync<Exception>(() => Store.Record(claim, LargeRuns.Progress(0)));
        _watch.Restart(failAt: null);
        Store.Release(claim);
        Assert.NotEqual(0, _runs.Count(database => database.RunChunks));

        await Store.Cancel(claim.RunId);

        Assert.Equal(0, _runs.Count(database => database.RunChunks));
    }

    public void Dispose()
    {
        _runs.Dispose();
        _database.Dispose();
    }
}
