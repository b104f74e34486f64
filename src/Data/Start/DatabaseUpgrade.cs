using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Velodrome.Data.Start;

/// <summary>Brings the database to the present version of its tables.</summary>
public static class DatabaseUpgrade
{
    /// <summary>Known to every process that upgrades a Velodrome database, and to nobody else: "velodrom" in ASCII.</summary>
    private const long AdvisoryLock = 0x76656c6f64726f6d;

    /// <param name="context">On SQLite only with the <see cref="DataFolder"/> taken: a lock row that is there is a dead process's.</param>
    /// <param name="queue">Upgrades the queue's tables, where it has any; alone, as the rest.</param>
    public static void Upgrade(this TrainingDbContext context, Action? queue = null)
    {
        if (context.Database.IsNpgsql())
        {
            UpgradePostgres(context, queue);
        }
        else
        {
            UpgradeSqlite(context);
        }
    }

    /// <summary>One process at a time: the lock is the connection's, and goes with it however the process ends.</summary>
    private static void UpgradePostgres(TrainingDbContext context, Action? queue)
    {
        context.Database.SetCommandTimeout(TimeSpan.FromMinutes(10)); // another process may be at it
        context.Database.OpenConnection();
        context.Database.ExecuteSql($"SELECT pg_advisory_lock({AdvisoryLock})");
        context.GetService<IHistoryRepository>().CreateIfNotExists(); // Migrate() looks for it by failing, which is logged as an error
        context.Database.Migrate();
        queue?.Invoke();
        context.Database.ExecuteSql($"SELECT pg_advisory_unlock({AdvisoryLock})"); // the pool keeps the connection open
        context.Database.CloseConnection();
    }

    private static void UpgradeSqlite(TrainingDbContext context)
    {
        if (!context.Database.GetPendingMigrations().Any())
        {
            return;
        }

        // Migrate() waits for ever on the lock row of a process that was killed while it migrated; it makes the table anew.
        context.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS __EFMigrationsLock");
        context.Database.Migrate();
    }
}
