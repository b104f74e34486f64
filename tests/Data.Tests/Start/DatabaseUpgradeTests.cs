using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Start;

namespace Velodrome.Data.Tests.Start;

public sealed class DatabaseUpgradeTests : IDisposable
{
    private readonly TestDatabase _database = new();

    [Fact]
    public void An_empty_folder_gets_all_tables()
    {
        _database.Upgraded();

        Assert.Empty(_database.Names());
    }

    [Fact]
    public void A_second_start_changes_nothing()
    {
        _database.Upgraded().Upgraded();

        using var database = _database.CreateDbContext();
        Assert.Empty(database.Database.GetPendingMigrations());
    }

    [Fact]
    public async Task The_lock_row_of_a_killed_migration_does_not_hold_up_the_start()
    {
        await using (var database = _database.CreateDbContext())
        {
            await database.Database.ExecuteSqlRawAsync("CREATE TABLE __EFMigrationsLock (Id INTEGER PRIMARY KEY, Timestamp TEXT NOT NULL)");
            await database.Database.ExecuteSqlRawAsync("INSERT INTO __EFMigrationsLock VALUES (1, '2026-11-23 08:00:00')");
        }

        await Task.Run(_database.Upgraded).WaitAsync(TimeSpan.FromMinutes(1)); // without the remedy it waits for ever

        Assert.Empty(_database.Names());
    }

    [Fact]
    public void The_migrations_make_the_tables_that_the_entities_describe()
    {
        using var database = _database.CreateDbContext();

        Assert.False(database.Database.HasPendingModelChanges());
    }

    public void Dispose() => _database.Dispose();
}
