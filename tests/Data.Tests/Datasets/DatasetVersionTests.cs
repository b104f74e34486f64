using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Datasets;
using Velodrome.Data.Maintenance;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;
using Velodrome.Training;

namespace Velodrome.Data.Tests.Datasets;

public sealed class DatasetVersionTests
{
    private const int TwoChunks = DatasetChunk.Size + 1;

    private const long Day = 24 * 3600 * 1000L;

    [Fact]
    public Task A_version_stores_only_what_it_adds() => OnSqlite(StoresOnlyWhatItAdds);

    [PostgresFact]
    public Task A_version_stores_only_what_it_adds_on_postgres() => OnPostgres(StoresOnlyWhatItAdds);

    [Fact]
    public Task Of_two_versions_with_one_number_the_first_one_stays() => OnSqlite(FirstOneStays);

    [PostgresFact]
    public Task Of_two_versions_with_one_number_the_first_one_stays_on_postgres() => OnPostgres(FirstOneStays);

    [Fact]
    public Task A_deleted_dataset_gets_no_version() => OnSqlite(DeletedGetsNoVersion);

    [PostgresFact]
    public Task A_deleted_dataset_gets_no_version_on_postgres() => OnPostgres(DeletedGetsNoVersion);

    [Fact]
    public Task All_versions_are_deleted_unless_a_run_uses_one() => OnSqlite(AllAreDeleted);

    [PostgresFact]
    public Task All_versions_are_deleted_unless_a_run_uses_one_on_postgres() => OnPostgres(AllAreDeleted);

    [Fact]
    public Task Old_versions_are_removed_but_not_the_newest_and_not_those_of_runs() => OnSqlite(OldAreRemoved);

    [PostgresFact]
    public Task Old_versions_are_removed_but_not_the_newest_and_not_those_of_runs_on_postgres() => OnPostgres(OldAreRemoved);

    [Fact]
    public Task An_append_of_a_killed_process_is_deleted_and_the_version_before_stays() => OnSqlite(KilledAppendIsDeleted);

    [PostgresFact]
    public Task An_append_of_a_killed_process_is_deleted_and_the_version_before_stays_on_postgres() => OnPostgres(KilledAppendIsDeleted);

    [Fact]
    public Task The_check_of_a_database_finds_a_missing_version() => OnSqlite(async test =>
    {
        var first = await test.Add(1, [1, 2, 3], before: null);
        var second = await test.Add(2, [4], first);
        await test.Add(3, [5, 6], second);
        Assert.Empty(DatabaseVerifier.Verify(test.Contexts).SelectMany(verified => verified.Faults));

        await using var database = test.Contexts.CreateDbContext();
        await database.Datasets.Where(version => version.Version == 2).ExecuteDeleteAsync();

        var fault = Assert.Single(DatabaseVerifier.Verify(test.Contexts).SelectMany(verified => verified.Faults));
        Assert.Contains("version 3 shares 4 bytes", fault, StringComparison.Ordinal);
    });

    private static async Task StoresOnlyWhatItAdds(Versions test)
    {
        var (before, added) = (CsvStream.Content(TwoChunks), CsvStream.Content(10));
        var first = await test.Add(1, before, before: null);
        var second = await test.Add(2, added, first);
        var third = await test.Add(3, [9], second);

        Assert.Equal([.. before, .. added, 9], test.ReadAll(third));
        Assert.Equal([.. before, .. added], test.ReadAll(second));
        Assert.Equal(before, test.ReadAll(first));
        await using var database = test.Contexts.CreateDbContext();
        Assert.Equal(4, await database.DatasetChunks.CountAsync());
        Assert.Equal(3, (await test.Store.Find("grown", CancellationToken.None))!.Version);
        Assert.Equal([3], await database.Datasets.NewestOfEach().Select(version => version.Version).ToListAsync());
    }

    private static async Task FirstOneStays(Versions test)
    {
        var first = await test.Add(1, [1], before: null);
        var second = await test.Add(2, [2], first);

        var late = await test.Add(2, CsvStream.Content(TwoChunks), first);

        Assert.Equal(second.Id, late.Id);
        test.AssertRows(versions: 2, chunks: 2);
        Assert.Equal([1, 2], test.ReadAll(second));
    }

    private static async Task DeletedGetsNoVersion(Versions test)
    {
        var first = await test.Add(1, [1], before: null);
        await test.Store.Delete(first.Id, bundledName: null);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => test.Add(2, [2], first));
        var added = new CsvStream(TwoChunks, chunk => chunk == 1 ? test.Store.Delete(first.Id, bundledName: null) : Task.CompletedTask);
        first = await test.Add(1, [1], before: null);
        var later = await Assert.ThrowsAsync<RefusedException>(() => test.Add(2, added, first));

        Assert.Equal(("datasetNotFound", "datasetNotFound"), (refused.Faults[0].Code, later.Faults[0].Code));
        test.AssertRows(versions: 0, chunks: 0);
    }

    private static async Task AllAreDeleted(Versions test)
    {
        var first = await test.Add(1, [1], before: null);
        var second = await test.Add(2, [2], first);
        test.InsertRun(7, first.Id);

        Assert.Equal([7], await test.Store.Delete(second.Id, bundledName: null));
        test.AssertRows(versions: 2, chunks: 2);

        await using var database = test.Contexts.CreateDbContext();
        await database.Database.ExecuteSqlRawAsync("DELETE FROM \"Runs\"");
        Assert.Empty(await test.Store.Delete(second.Id, bundledName: null));
        test.AssertRows(versions: 0, chunks: 0);
    }

    private static async Task OldAreRemoved(Versions test)
    {
        var last = await test.Add(1, [1], before: null);
        for (var number = 2; number <= 5; number++)
        {
            last = await test.Add(number, [(byte)number], last);
        }

        test.InsertRun(7, test.IdOf(2));

        var removed = await test.Store.RemoveVersions("grown", before: 4 * Day);

        Assert.Equal([1, 3], removed.Removed);
        Assert.Equal([2], removed.InUse);
        Assert.Equal([5, 4, 2], test.Listed());
        Assert.Equal(1, await test.Store.RemoveVersionsOfAll(before: 100 * Day)); // version 4: 2 has a run, and 5 is the newest
        Assert.Equal([5, 2], test.Listed());
        Assert.Equal(0, await test.Store.RemoveVersionsOfAll(before: 100 * Day));
        Assert.Equal([1, 2, 3, 4, 5], test.ReadAll(last)); // a removed version still has the rows of later ones
    }

    private static async Task KilledAppendIsDeleted(Versions test)
    {
        var first = await test.Add(1, [1], before: null);
        var (isStored, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        _ = test.Add(2, new CsvStream(TwoChunks, chunk =>
        {
            if (chunk == 0)
            {
                return Task.CompletedTask;
            }

            isStored.SetResult();
            return never.Task;
        }), first);
        await isStored.Task;
        test.AssertRows(versions: 2, chunks: 2);

        await test.Store.DeleteAbandoned(evenIfLeased: true);

        test.AssertRows(versions: 1, chunks: 1);
        Assert.Equal([1], test.ReadAll((await test.Store.Find("grown", CancellationToken.None))!));
    }

    private static async Task OnSqlite(Func<Versions, Task> test)
    {
        using var database = new TestDatabase();
        using var versions = new Versions(database.Upgraded());
        await test(versions);
    }

    private static async Task OnPostgres(Func<Versions, Task> test)
    {
        using var versions = new Versions(PostgresTestDatabase.New().Upgraded());
        await test(versions);
    }

    private sealed class Versions : IDisposable
    {
        public Versions(IDbContextFactory<TrainingDbContext> contexts)
        {
            (Contexts, Writer) = (contexts, new DatabaseWriter(contexts));
            Store = new DatasetStore(Writer, contexts, new AdjustableTime());
        }

        public IDbContextFactory<TrainingDbContext> Contexts { get; }

        public DatabaseWriter Writer { get; }

        public DatasetStore Store { get; }

        public Task<Dataset> Add(int number, byte[] added, Dataset? before) => Add(number, new MemoryStream(added), before);

        /// <summary>Adds a version that is made on the day with its number.</summary>
        public Task<Dataset> Add(int number, Stream added, Dataset? before) => Store.Add(
            new()
            {
                Name = "grown",
                Version = number,
                FirstVersionId = before?.FirstVersionId ?? before?.Id,
                SharedBytes = before?.Bytes ?? 0,
                Sha256 = "",
                Bytes = (before?.Bytes ?? 0) + added.Length,
                Rows = number,
                Columns = [],
                Warnings = [],
                CreatedAt = number * Day,
            },
            added, CancellationToken.None);

        public byte[] ReadAll(Dataset version)
        {
            using var database = Contexts.CreateDbContext();
            var (chunks, all) = (VerifiedChunks.OfWhole(database, version), new MemoryStream());
            while (chunks.ReadNext() is { IsEmpty: false } chunk)
            {
                all.Write(chunk.Span);
            }

            return all.ToArray();
        }

        public long IdOf(int number)
        {
            using var database = Contexts.CreateDbContext();
            return database.Datasets.Single(version => version.Version == number).Id;
        }

        public List<int> Listed()
        {
            using var database = Contexts.CreateDbContext();
            return [.. database.Datasets.Newest("grown").Select(version => version.Version)];
        }

        public void InsertRun(long id, long datasetId)
        {
            using var database = Contexts.CreateDbContext();
            database.Database.ExecuteSql($"""
                INSERT INTO "Runs" ("Id", "Name", "Status", "DatasetId", "Spec", "Split", "Warnings",
                    "Token", "Attempts", "CancelRequested", "CreatedAt")
                VALUES ({id}, 'run', 'Succeeded', {datasetId}, '', '', '', 1, 0, {false}, 0)
                """);
        }

        /// <summary>Counts all rows, visible to queries or not.</summary>
        public void AssertRows(int versions, int chunks)
        {
            using var database = Contexts.CreateDbContext();
            Assert.Equal((versions, chunks), (database.Datasets.IgnoreQueryFilters().Count(), database.DatasetChunks.Count()));
        }

        public void Dispose() => Writer.Dispose();
    }
}
