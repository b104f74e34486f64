using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Velodrome.Data.Start;

/// <summary>Creates or upgrades the tables.</summary>
public static class DatabaseUpgrade
{
    /// <summary>The key of the lock that every upgrading process takes: "velodrom" in ASCII.</summary>
    private const long AdvisoryLock = 0x76656c6f64726f6d;

    /// <param name="database">
    /// For SQLite the caller must hold the lock of the <see cref="DataFolder"/>: a migration lock in the database is then left over.
    /// </param>
    /// <param name="queue">Upgrades the tables of the queue, under the same lock; called only on PostgreSQL.</param>
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

    /// <summary>Upgrades in one process at a time. PostgreSQL releases the advisory lock when the connection ends.</summary>
    private static void UpgradePostgres(TrainingDbContext database, Action? queue)
    {
        database.Database.SetCommandTimeout(TimeSpan.FromMinutes(10)); // another process may be upgrading
        database.Database.OpenConnection();
        database.Database.ExecuteSql($"SELECT pg_advisory_lock({AdvisoryLock})");
        database.GetService<IHistoryRepository>().CreateIfNotExists(); // without the table, Migrate() logs a failed query as an error
        database.Database.Migrate();
        queue?.Invoke();
        database.Database.ExecuteSql($"SELECT pg_advisory_unlock({AdvisoryLock})"); // closing does not: the pool keeps the connection
        database.Database.CloseConnection();
    }

    private static void UpgradeSqlite(TrainingDbContext database)
    {
        if (!database.Database.GetPendingMigrations().Any())
        {
            return;
        }

        // Migrate() would wait forever for the lock row of a process that was killed during a migration. It creates the table again.
        database.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS __EFMigrationsLock");
        database.Database.Migrate();
    }
}
