using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Datasets;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests.Datasets;

public sealed class DatasetStoreTests
{
    private const int ThreeChunks = 2 * DatasetChunk.Size + 1;

    [Fact]
    public Task Other_writes_get_through_while_a_dataset_is_stored() => OnSqlite(OtherWritesGetThrough);

    [PostgresFact]
    public Task Other_writes_get_through_while_a_dataset_is_stored_on_postgres() => OnPostgres(OtherWritesGetThrough);

    [Fact]
    public Task A_cancelled_import_leaves_nothing() => OnSqlite(CancelledImportLeavesNothing);

    [PostgresFact]
    public Task A_cancelled_import_leaves_nothing_on_postgres() => OnPostgres(CancelledImportLeavesNothing);

    [Fact]
    public Task A_failed_import_throws_the_first_failure_and_leaves_nothing() => OnSqlite(async store =>
    {
        var csv = new CsvStream(ThreeChunks, chunk => chunk < 2 ? Task.CompletedTask : throw new IOException("read error"));

        var failure = await Assert.ThrowsAsync<IOException>(() => store.Add(csv));

        Assert.Equal("read error", failure.Message);
        store.AssertRows(datasets: 0, chunks: 0);
    });

    [Fact]
    public Task The_chunks_of_a_killed_process_are_deleted_after_their_lease() => OnSqlite(KilledImportIsDeleted);

    [PostgresFact]
    public Task The_chunks_of_a_killed_process_are_deleted_after_their_lease_on_postgres() => OnPostgres(KilledImportIsDeleted);

    [Fact]
    public Task At_a_start_of_the_only_process_a_lease_does_not_count() => OnSqlite(async store =>
    {
        store.AddAndStopAfterFirstChunk();

        await store.Store.DeleteAbandoned(evenIfLeased: true);

        store.AssertRows(datasets: 0, chunks: 0);
    });

    [Fact]
    public Task The_dataset_that_is_complete_first_gets_the_name() => OnSqlite(FirstCompleteGetsTheName);

    [PostgresFact]
    public Task The_dataset_that_is_complete_first_gets_the_name_on_postgres() => OnPostgres(FirstCompleteGetsTheName);

    [PostgresFact]
    public Task Two_processes_may_complete_one_name_at_the_same_time() => OnPostgres(async store =>
    {
        await using var other = store.Contexts.CreateDbContext();
        await using var transaction = await other.Database.BeginTransactionAsync();
        other.Datasets.Add(TestDatabase.Dataset("large"));
        await other.SaveChangesAsync(); // in the index, but not visible before the commit

        var adding = store.Add(new CsvStream(10));
        await using (var watching = store.Contexts.CreateDbContext())
        {
            const string Waiting = "SELECT count(*)::int AS \"Value\" FROM pg_locks WHERE NOT granted";
            while (await watching.Database.SqlQueryRaw<int>(Waiting).SingleAsync() == 0)
            {
                await Task.Delay(10);
            }
        }

        await transaction.CommitAsync();

        Assert.Equal("", (await adding.WaitAsync(Wait.Limit)).Sha256);
        store.AssertRows(datasets: 1, chunks: 0);
    });

    [Fact]
    public Task A_dataset_that_runs_use_is_not_deleted() => OnSqlite(async store =>
    {
        var dataset = await store.Add(new CsvStream(10));
        await using (var database = store.Contexts.CreateDbContext())
        {
            await database.Database.ExecuteSqlAsync($"""
                INSERT INTO "Runs" ("Id", "Name", "Status", "DatasetId", "Spec", "Split", "Warnings",
                    "Token", "Attempts", "CancelRequested", "CreatedAt")
                VALUES (7, 'run', 'Succeeded', {dataset.Id}, '', '', '', 1, 0, {false}, 0)
                """);
        }

        Assert.Equal([7], await store.Store.Delete(dataset.Id, bundledName: null));
        store.AssertRows(datasets: 1, chunks: 1);
    });

    [Fact]
    public Task A_deleted_bundled_dataset_is_recorded_once() => OnSqlite(async store =>
    {
        for (var time = 0; time < 2; time++)
        {
            var dataset = await store.Add(new CsvStream(10));
            Assert.Empty(await store.Store.Delete(dataset.Id, bundledName: "large"));
            store.AssertRows(datasets: 0, chunks: 0);
        }

        await using var database = store.Contexts.CreateDbContext();
        Assert.Equal(["large"], database.DeletedBundledDatasets.Select(deleted => deleted.Name));
    });

    private static async Task OtherWritesGetThrough(StoreUnderTest store)
    {
        var others = new List<string>();
        var csv = new CsvStream(ThreeChunks, async chunk =>
        {
            others.Add($"other {chunk}");
            await store.Writer.Write(database => { database.Datasets.Add(TestDatabase.Dataset($"other {chunk}")); }).WaitAsync(Wait.Limit);
            Assert.Equal(others, store.VisibleNames());
        });

        var dataset = await store.Add(csv);

        Assert.True(others.Count >= 3);
        Assert.Equal(["large", .. others], store.VisibleNames().Order());
        await using var database = store.Contexts.CreateDbContext();
        var chunks = await database.DatasetChunks.OrderBy(chunk => chunk.Number).Select(chunk => chunk.Bytes).ToListAsync();
        Assert.Null(dataset.ImportLeaseUntil);
        Assert.Equal(CsvStream.Content(ThreeChunks), chunks.SelectMany(bytes => bytes));
    }

    private static async Task CancelledImportLeavesNothing(StoreUnderTest store)
    {
        using var cancellation = new CancellationTokenSource();
        var csv = new CsvStream(ThreeChunks, chunk => chunk == 1 ? cancellation.CancelAsync() : Task.CompletedTask);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.Add(csv, cancellation.Token));

        store.AssertRows(datasets: 0, chunks: 0);
    }

    private static async Task KilledImportIsDeleted(StoreUnderTest store)
    {
        var (stopped, goOn) = store.AddAndStopAfterFirstChunk();

        store.Time.Advance(DatasetStore.ImportLease - TimeSpan.FromSeconds(1));
        await store.Store.DeleteAbandoned();
        store.AssertRows(datasets: 1, chunks: 1);

        store.Time.Advance(TimeSpan.FromSeconds(2));
        await store.Store.DeleteAbandoned();
        store.AssertRows(datasets: 0, chunks: 0);

        goOn.SetResult(); // the process was only frozen
        await Assert.ThrowsAsync<TimeoutException>(() => stopped);
        store.AssertRows(datasets: 0, chunks: 0);
    }

    private static async Task FirstCompleteGetsTheName(StoreUnderTest store)
    {
        var (slow, goOn) = store.AddAndStopAfterFirstChunk();

        var fast = await store.Add(new CsvStream(10));
        goOn.SetResult();

        Assert.Equal(fast.Id, (await slow).Id);
        store.AssertRows(datasets: 1, chunks: 1);
    }

    private static async Task OnSqlite(Func<StoreUnderTest, Task> test)
    {
        using var database = new TestDatabase();
        using var store = new StoreUnderTest(database.Upgraded());
        await test(store);
    }

    private static async Task OnPostgres(Func<StoreUnderTest, Task> test)
    {
        using var store = new StoreUnderTest(PostgresTestDatabase.New().Upgraded());
        await test(store);
    }

    private sealed class StoreUnderTest : IDisposable
    {
        public StoreUnderTest(IDbContextFactory<TrainingDbContext> contexts)
        {
            (Contexts, Writer) = (contexts, new DatabaseWriter(contexts));
            Store = new DatasetStore(Writer, contexts, Time);
        }

        public IDbContextFactory<TrainingDbContext> Contexts { get; }

        public DatabaseWriter Writer { get; }

        public AdjustableTime Time { get; } = new();

        public DatasetStore Store { get; }

        public Task<Dataset> Add(Stream csv, CancellationToken cancellationToken = default) => Store.Add(
            new() { Name = "large", Sha256 = $"{csv.Length}", Bytes = csv.Length, Rows = 1, Columns = [], Warnings = [], CreatedAt = 0 },
            csv, cancellationToken);

        /// <summary>Stores a chunk of a dataset and waits before the next one.</summary>
        public (Task<Dataset> Adding, TaskCompletionSource GoOn) AddAndStopAfterFirstChunk()
        {
            var (isStored, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
            var adding = Add(new CsvStream(ThreeChunks, chunk =>
            {
                if (chunk == 1)
                {
                    isStored.SetResult();
                }

                return chunk == 1 ? goOn.Task : Task.CompletedTask;
            }));
            isStored.Task.Wait(Wait.Limit);
            return (adding, goOn);
        }

        public List<string> VisibleNames()
        {
            using var database = Contexts.CreateDbContext();
            return [.. database.Datasets.OrderBy(dataset => dataset.Id).Select(dataset => dataset.Name)];
        }

        /// <summary>Counts all rows, visible to queries or not.</summary>
        public void AssertRows(int datasets, int chunks)
        {
            using var database = Contexts.CreateDbContext();
            Assert.Equal((datasets, chunks), (database.Datasets.IgnoreQueryFilters().Count(), database.DatasetChunks.Count()));
        }

        public void Dispose() => Writer.Dispose();
    }
}
