using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Start;

namespace Velodrome.Data.Tests.Start;

public sealed class DatabaseUpgradeTests : IDisposable
{
    private readonly TestDatabase _database = new();

    [Fact]
    public void An_upgrade_creates_all_tables()
    {
        _database.Upgraded();

        Assert.Empty(_database.Names());
    }

    [Fact]
    public void A_second_upgrade_changes_nothing()
    {
        _database.Upgraded().Upgraded();

        using var database = _database.CreateDbContext();
        Assert.Empty(database.Database.GetPendingMigrations());
    }

    [Fact]
    public async Task The_lock_row_of_a_killed_migration_does_not_block_an_upgrade()
    {
        await using (var database = _database.CreateDbContext())
        {
            await database.Database.ExecuteSqlRawAsync(
                "CREATE TABLE __EFMigrationsLock (Id INTEGER PRIMARY KEY, Timestamp TEXT NOT NULL)");
            await database.Database.ExecuteSqlRawAsync("INSERT INTO __EFMigrationsLock VALUES (1, '2026-11-23 08:00:00')");
        }

        await Task.Run(_database.Upgraded).WaitAsync(TimeSpan.FromMinutes(1)); // Migrate() alone would wait forever

        Assert.Empty(_database.Names());
    }

    [Fact]
    public void The_migrations_create_the_tables_that_the_entities_describe()
    {
        using var database = _database.CreateDbContext();

        Assert.False(database.Database.HasPendingModelChanges());
    }

    public void Dispose() => _database.Dispose();
}
