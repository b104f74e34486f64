using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Velodrome.Data.Start;

/// <summary>Brings the database to the present version of its tables.</summary>
public static class DatabaseUpgrade
{
    /// <summary>Known to every process that upgrades a Velodrome database, and to nobody else: "velodrom" in ASCII.</summary>
    private const long AdvisoryLock = 0x76656c6f64726f6d;

    /// <param name="database">On SQLite only with the <see cref="DataFolder"/> taken: a lock row that is there is a dead process's.</param>
    /// <param name="queue">Upgrades the queue's tables, where it has any; alone, as the rest.</param>
    public static void Upgrade(this TrainingDbContext database, Action? queue = null)
    {
        if (database.Database.IsNpgsql())
        {
            UpgradePostgres(database, queue);
        }
        else
        {
            UpgradeSqlite(database);
        }
    }

    /// <summary>One process at a time: the lock is the connection's, and goes with it however the process ends.</summary>
    private static void UpgradePostgres(TrainingDbContext database, Action? queue)
    {
        database.Database.SetCommandTimeout(TimeSpan.FromMinutes(10)); // another process may be at it
        database.Database.OpenConnection();
        database.Database.ExecuteSql($"SELECT pg_advisory_lock({AdvisoryLock})");
        database.GetService<IHistoryRepository>().CreateIfNotExists(); // Migrate() looks for it by failing, which is logged as an error
        database.Database.Migrate();
        queue?.Invoke();
        database.Database.ExecuteSql($"SELECT pg_advisory_unlock({AdvisoryLock})"); // the pool keeps the connection open
        database.Database.CloseConnection();
    }

    private static void UpgradeSqlite(TrainingDbContext database)
    {
        if (!database.Database.GetPendingMigrations().Any())
        {
            return;
        }

        // Migrate() waits for ever on the lock row of a process that was killed while it migrated; it makes the table anew.
        database.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS __EFMigrationsLock");
        database.Database.Migrate();
    }
}
