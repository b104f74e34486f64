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
        using var database = _database.CreateDbContext();
        database.Database.OpenConnection();
        using var command = database.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";

        Assert.Equal(expected, $"{command.ExecuteScalar()}");
    }

    [Fact]
    public void Deleting_a_dataset_deletes_its_chunks()
    {
        using var database = _database.CreateDbContext();
        var dataset = database.Datasets.Add(TestDatabase.Dataset("one")).Entity;
        database.SaveChanges();
        database.DatasetChunks.Add(new() { DatasetId = dataset.Id, Number = 0, Bytes = [1] });
        database.SaveChanges();

        database.Datasets.Where(stored => stored.Id == dataset.Id).ExecuteDelete();

        Assert.Empty(database.DatasetChunks.AsNoTracking());
    }

    public void Dispose() => _database.Dispose();
}
