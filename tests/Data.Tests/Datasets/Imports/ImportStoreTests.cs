using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Datasets;
using Velodrome.Data.Datasets.Imports;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;
using Velodrome.Training;

namespace Velodrome.Data.Tests.Datasets.Imports;

public sealed class ImportStoreTests
{
    private static readonly ImportState Start = new(ImportStatus.Reading, "large", 100, 100, 0, null);

    [Fact]
    public Task A_cancelled_import_stores_nothing() => OnSqlite(CancelledStoresNothing);

    [PostgresFact]
    public Task A_cancelled_import_stores_nothing_on_postgres() => OnPostgres(CancelledStoresNothing);

    [Fact]
    public Task A_dataset_becomes_visible_when_its_import_succeeds() => OnSqlite(VisibleWhenItSucceeds);

    [PostgresFact]
    public Task A_dataset_becomes_visible_when_its_import_succeeds_on_postgres() => OnPostgres(VisibleWhenItSucceeds);

    [Fact]
    public Task The_import_of_a_process_that_is_gone_fails_after_a_minute() => OnSqlite(GoneFailsAfterAMinute);

    [PostgresFact]
    public Task The_import_of_a_process_that_is_gone_fails_after_a_minute_on_postgres() => OnPostgres(GoneFailsAfterAMinute);

    [Fact]
    public Task At_a_start_of_the_only_process_every_import_that_has_not_ended_fails() => OnSqlite(async store =>
    {
        var running = await store.Imports.Add(owner: null, Start);
        var cancelled = await store.Imports.Add(owner: null, Start);
        await store.Imports.Cancel(cancelled.Id);

        await store.Imports.FailInterrupted(evenIfReporting: true);

        Assert.Equal("importInterrupted", Assert.Single((await store.Read(running.Id)).Errors!).Code);
        Assert.Equal(ImportStatus.Cancelled, (await store.Read(cancelled.Id)).Status);
    });

    [Fact]
    public Task An_import_that_has_ended_does_not_change() => OnSqlite(async store =>
    {
        var import = await store.Imports.Add(owner: null, Start);
        await store.Imports.Fail(import.Id, Start with { Rows = 3 }, [new Fault("noRows", null, "No rows.")]);

        await store.Imports.Cancel(import.Id);
        Assert.False(await store.Imports.Report(import.Id, Start with { Rows = 4 }));
        await store.Imports.Succeed(import.Id, Start, TestDatabase.Dataset("large"));
        await store.Imports.Fail(import.Id, Start, [ImportStore.Interrupted]);

        var ended = await store.Read(import.Id);
        Assert.Equal((ImportStatus.Failed, 3, "noRows", null), (ended.Status, ended.Rows, ended.Errors![0].Code, ended.DatasetVersion));
    });

    [Fact]
    public Task An_import_is_removed_a_day_after_it_has_ended() => OnSqlite(async store =>
    {
        var ended = await store.Imports.Add(owner: null, Start);
        var running = await store.Imports.Add(owner: null, Start);
        await store.Imports.Cancel(ended.Id);

        store.Time.Advance(ImportStore.Retention);
        var second = await store.Imports.Add(owner: null, Start);
        Assert.Equal([ended.Id, running.Id, second.Id], store.Ids());

        store.Time.Advance(TimeSpan.FromMilliseconds(1));
        var third = await store.Imports.Add(owner: null, Start);
        Assert.Equal([running.Id, second.Id, third.Id], store.Ids());
    });

    private static async Task CancelledStoresNothing(StoreUnderTest store)
    {
        var import = await store.Imports.Add("ann", Start);
        var csv = new CsvStream(2 * DatasetChunk.Size + 1, chunk => chunk == 2 ? store.Imports.Cancel(import.Id) : Task.CompletedTask);

        await Assert.ThrowsAsync<OperationCanceledException>(() => store.Add(import.Id, csv));

        await using var database = store.Contexts.CreateDbContext();
        Assert.Equal((0, 0), (await database.Datasets.IgnoreQueryFilters().CountAsync(), await database.DatasetChunks.CountAsync()));
        var cancelled = await store.Read(import.Id);
        Assert.Equal((ImportStatus.Cancelled, null, "ann"), (cancelled.Status, cancelled.DatasetVersion, cancelled.Owner));
        Assert.Equal(store.Time.GetUtcNow().ToUnixTimeMilliseconds(), cancelled.FinishedAt);
    }

    private static async Task VisibleWhenItSucceeds(StoreUnderTest store)
    {
        var import = await store.Imports.Add(owner: null, Start);
        var reported = new List<(ImportStatus Status, int Visible)>();
        var csv = new CsvStream(2 * DatasetChunk.Size + 1, async chunk =>
        {
            await store.Imports.Report(import.Id, Start with { Status = ImportStatus.Storing, Fraction = chunk / 3.0 });
            await using var database = store.Contexts.CreateDbContext();
            reported.Add(((await store.Read(import.Id)).Status, await database.Datasets.CountAsync()));
        });

        await store.Add(import.Id, csv);

        Assert.NotEmpty(reported);
        Assert.All(reported, before => Assert.Equal((ImportStatus.Storing, 0), before));
        var succeeded = await store.Read(import.Id);
        Assert.Equal((ImportStatus.Succeeded, 1, 1.0), (succeeded.Status, succeeded.DatasetVersion, succeeded.Fraction));
        await using var after = store.Contexts.CreateDbContext();
        Assert.Equal("large", (await after.Datasets.SingleAsync()).Name);
    }

    private static async Task GoneFailsAfterAMinute(StoreUnderTest store)
    {
        var import = await store.Imports.Add(owner: null, Start);
        store.Time.Advance(ImportStore.ReportTimeout);
        await store.Imports.FailInterrupted();
        Assert.True(await store.Imports.Report(import.Id, Start with { Rows = 5 }));

        store.Time.Advance(ImportStore.ReportTimeout + TimeSpan.FromMilliseconds(1));
        await store.Imports.FailInterrupted();

        var failed = await store.Read(import.Id);
        Assert.Equal((ImportStatus.Failed, 5, "importInterrupted"), (failed.Status, failed.Rows, failed.Errors![0].Code));
        Assert.False(await store.Imports.Report(import.Id, Start)); // the process was only paused: it learns that it must stop
        await Assert.ThrowsAsync<OperationCanceledException>(() => store.Add(import.Id, new CsvStream(10)));
        await using var database = store.Contexts.CreateDbContext();
        Assert.Equal(0, await database.Datasets.IgnoreQueryFilters().CountAsync());
    }

    private static async Task OnSqlite(Func<StoreUnderTest, Task> test)
    {
        using var database = new TestDatabase().Upgraded();
        using var store = new StoreUnderTest(database);
        await test(store);
    }

    private static async Task OnPostgres(Func<StoreUnderTest, Task> test)
    {
        using var store = new StoreUnderTest(PostgresTestDatabase.New().Upgraded());
        await test(store);
    }

    private sealed class StoreUnderTest : IDisposable
    {
        private readonly DatabaseWriter _writer;
        private readonly DatasetStore _datasets;

        public StoreUnderTest(IDbContextFactory<TrainingDbContext> contexts)
        {
            (Contexts, _writer) = (contexts, new DatabaseWriter(contexts));
            _datasets = new DatasetStore(_writer, contexts, Time);
            Imports = new ImportStore(_writer, contexts, Time);
        }

        public IDbContextFactory<TrainingDbContext> Contexts { get; }

        public AdjustableTime Time { get; } = new();

        public ImportStore Imports { get; }

        public Task<DatasetImport> Read(long id) => Imports.Find(id, CancellationToken.None);

        public List<long> Ids()
        {
            using var database = Contexts.CreateDbContext();
            return [.. database.Imports.Select(import => import.Id).Order()];
        }

        public Task<Dataset> Add(long id, Stream csv)
        {
            var dataset = TestDatabase.Dataset("large");
            return _datasets.Add(dataset, csv, CancellationToken.None, database => Imports.Complete(database, id, Start, dataset));
        }

        public void Dispose() => _writer.Dispose();
    }
}
