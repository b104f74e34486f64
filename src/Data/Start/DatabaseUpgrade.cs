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
    /// For SQLite the caller must hold the lock of the <see cref="DataFolder"/>: a migration lock in the database is then a leftover.
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

    /// <exception cref="UnusableDatabaseException">A newer version has changed the tables, or they belong to another program.</exception>
    public static void RefuseNewer(this TrainingDbContext database)
    {
        var applied = database.Database.GetAppliedMigrations().ToList();
        if (applied.Count == 0 && database.Database.IsSqlite() && HasTablesOfOthers(database))
        {
            throw new UnusableDatabaseException("The file velodrome.db in the data folder is a database of another program. " +
                "Set DataFolder to another folder.");
        }

        var unknown = applied.Except(database.Database.GetMigrations()).ToList();
        if (unknown.Count > 0)
        {
            throw new UnusableDatabaseException(
                $"The database belongs to a newer version of Velodrome: it has the migration {unknown[^1]}. " +
                "Start that version, or restore a backup of this one with `Velodrome.Api restore FILE --force`.");
        }
    }

    private static bool HasTablesOfOthers(TrainingDbContext database) => database.Database.SqlQueryRaw<int>("""
        SELECT count(*) AS "Value" FROM sqlite_master WHERE type = 'table'
            AND name NOT LIKE '\_\_EF%' ESCAPE '\' AND name NOT LIKE 'sqlite%'
        """).Single() > 0;

    /// <summary>Upgrades in one process at a time. PostgreSQL releases the advisory lock when the connection ends.</summary>
    private static void UpgradePostgres(TrainingDbContext database, Action? queue)
    {
        database.Database.SetCommandTimeout(TimeSpan.FromMinutes(10)); // another process may be upgrading
        database.Database.OpenConnection();
        database.Database.ExecuteSql($"SELECT pg_advisory_lock({AdvisoryLock})");
        database.GetService<IHistoryRepository>().CreateIfNotExists(); // without the table, Migrate() logs a failed query as an error
        database.RefuseNewer();
        database.Database.Migrate();
        queue?.Invoke();
        database.Database.ExecuteSql($"SELECT pg_advisory_unlock({AdvisoryLock})"); // closing does not: the pool keeps the connection
        database.Database.CloseConnection();
    }

    private static void UpgradeSqlite(TrainingDbContext database)
    {
        database.RefuseNewer();
        if (!database.Database.GetPendingMigrations().Any())
        {
            return;
        }

        // Migrate() would wait forever for the lock row of a process that was killed during a migration. It creates the table again.
        database.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS __EFMigrationsLock");
        database.Database.Migrate();
    }
}
