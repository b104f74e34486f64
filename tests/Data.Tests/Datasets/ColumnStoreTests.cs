using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Datasets;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests.Datasets;

public sealed class ColumnStoreTests
{
    [Fact]
    public Task A_chunk_is_read_as_it_was_stored_last() => OnSqlite(ReadAsStoredLast);

    [PostgresFact]
    public Task A_chunk_is_read_as_it_was_stored_last_on_postgres() => OnPostgres(ReadAsStoredLast);

    [Fact]
    public Task A_deleted_dataset_gets_no_chunk_and_keeps_none() => OnSqlite(DeletedHasNone);

    [PostgresFact]
    public Task A_deleted_dataset_gets_no_chunk_and_keeps_none_on_postgres() => OnPostgres(DeletedHasNone);

    [Fact]
    public Task Each_version_begins_a_chunk() => OnSqlite((store, contexts) =>
    {
        using var database = contexts.CreateDbContext();
        var first = Add(database, ColumnChunk.Rows + 5, before: null);
        var second = Add(database, ColumnChunk.Rows + 7, first);

        Assert.Equal(
            [
                new(first.Id, 2, 0, 0, ColumnChunk.Rows), new(first.Id, 2, 1, ColumnChunk.Rows, 5),
                new(second.Id, 2, 0, ColumnChunk.Rows + 5, 2),
                new(first.Id, 0, 0, 0, ColumnChunk.Rows), new(first.Id, 0, 1, ColumnChunk.Rows, 5),
                new(second.Id, 0, 0, ColumnChunk.Rows + 5, 2),
            ],
            store.Divide(second, [2, 0]));
        Assert.Equal(2, store.Divide(first, [1]).Count);
        return Task.CompletedTask;
    });

    private static async Task ReadAsStoredLast(ColumnStore store, IDbContextFactory<TrainingDbContext> contexts)
    {
        await using var database = contexts.CreateDbContext();
        var dataset = Add(database, rows: 1, before: null);
        var (slice, other) = (new ColumnSlice(dataset.Id, 0, 0, 0, 1), new ColumnSlice(dataset.Id, 1, 0, 0, 1));
        Assert.Null(store.Read(slice));
        Assert.Equal([slice, other], store.FindMissing([slice, other]));

        Assert.True(await store.Store(slice, [1, 2]));
        Assert.Equal([1, 2], store.Read(slice));
        Assert.Equal([other], store.FindMissing([slice, other]));

        Assert.True(await store.Store(slice, [3]));
        Assert.Equal([3], store.Read(slice));

        await database.ColumnChunks.ExecuteUpdateAsync(chunk => chunk.SetProperty(stored => stored.Bytes, [4]));
        Assert.Null(store.Read(slice));
    }

    private static async Task DeletedHasNone(ColumnStore store, IDbContextFactory<TrainingDbContext> contexts)
    {
        await using var database = contexts.CreateDbContext();
        var dataset = Add(database, rows: 1, before: null);
        var slice = new ColumnSlice(dataset.Id, 0, 0, 0, 1);
        await store.Store(slice, [1]);

        await database.Datasets.Where(known => known.Id == dataset.Id).ExecuteDeleteAsync();

        Assert.Null(store.Read(slice));
        Assert.False(await store.Store(slice, [1]));
    }

    private static Dataset Add(TrainingDbContext database, int rows, Dataset? before)
    {
        var dataset = new Dataset
        {
            Name = "table",
            Version = 1 + (before?.Version ?? 0),
            FirstVersionId = before?.Id,
            Sha256 = "",
            Bytes = 1,
            Rows = rows,
            Columns = [],
            Warnings = [],
            CreatedAt = 0,
        };
        database.Datasets.Add(dataset);
        database.SaveChanges();
        return dataset;
    }

    private static async Task OnSqlite(Func<ColumnStore, IDbContextFactory<TrainingDbContext>, Task> test)
    {
        using var database = new TestDatabase();
        await Run(database.Upgraded(), test);
    }

    private static Task OnPostgres(Func<ColumnStore, IDbContextFactory<TrainingDbContext>, Task> test) =>
        Run(PostgresTestDatabase.New().Upgraded(), test);

    private static async Task Run(
        IDbContextFactory<TrainingDbContext> contexts, Func<ColumnStore, IDbContextFactory<TrainingDbContext>, Task> test)
    {
        using var writer = new DatabaseWriter(contexts);
        await test(new(writer, contexts), contexts);
    }
}
