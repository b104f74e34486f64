using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Start;

/// <summary>Brings the database to the present version of its tables.</summary>
public static class DatabaseUpgrade
{
    /// <remarks>Only with the <see cref="DataFolder"/> taken: it takes a lock row that is already there for a dead process's.</remarks>
    public static void Upgrade(this TrainingDbContext context)
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
