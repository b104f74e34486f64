using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TestDatabase _database = new TestDatabase().Upgraded();

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")] // FULL
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "30000")]
    public void Every_connection_has_the_settings(string pragma, string expected)
    {
        using var context = _database.CreateDbContext();
        context.Database.OpenConnection();
        using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";

        Assert.Equal(expected, $"{command.ExecuteScalar()}");
    }

    [Fact]
    public void A_dataset_takes_its_chunks_with_it()
    {
        using var context = _database.CreateDbContext();
        var dataset = context.Datasets.Add(TestDatabase.Dataset("one")).Entity;
        context.SaveChanges();
        context.DatasetChunks.Add(new() { DatasetId = dataset.Id, Number = 0, Bytes = [1] });
        context.SaveChanges();

        context.Datasets.Where(stored => stored.Id == dataset.Id).ExecuteDelete();

        Assert.Empty(context.DatasetChunks.AsNoTracking());
    }

    public void Dispose() => _database.Dispose();
}
