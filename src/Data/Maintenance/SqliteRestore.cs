using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Data.Maintenance;

/// <summary>Puts a backup in the place of the database of a data folder.</summary>
public static class SqliteRestore
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    /// <summary>Verifies the backup, keeps the files that it replaces under another name, and puts the backup in their place.</summary>
    /// <param name="folder">Locked by this process, so that no service uses it.</param>
    /// <param name="backup">A file that <see cref="SqliteBackup"/> wrote.</param>
    /// <param name="force">True to replace a database that is there.</param>
    /// <param name="now">Names the files that are kept.</param>
    /// <returns>The path under which the replaced database is kept; null if there was none.</returns>
    /// <exception cref="UnusableDatabaseException">The backup is damaged, or a database is there and not to be replaced.</exception>
    public static string? Restore(DataFolder folder, string backup, bool force, DateTimeOffset now)
    {
        var existing = Suffixes.Where(suffix => File.Exists(folder.DatabaseFile + suffix)).ToList();
        if (existing.Count > 0 && !force)
        {
            throw new UnusableDatabaseException(
                $"{folder.DatabaseFile} exists. Add --force to replace it; it is then kept beside the new one.");
        }

        var restoring = folder.DatabaseFile + ".restoring";
        Copy(backup, restoring);
        try
        {
            Verify(restoring); // the copy, because SQLite writes to a file that it opens
        }
        catch (UnusableDatabaseException unusable)
        {
            throw new UnusableDatabaseException(
                $"The backup {backup} can't be used, and nothing was replaced. {unusable.Message}", unusable);
        }

        var kept = $"{folder.DatabaseFile}.replaced-{now:yyyyMMdd-HHmmss}";
        existing.ForEach(suffix => File.Move(folder.DatabaseFile + suffix, kept + suffix));
        File.Move(restoring, folder.DatabaseFile);
        return existing.Count > 0 ? kept : null;
    }

    private static void Copy(string backup, string restoring)
    {
        if (!File.Exists(backup))
        {
            throw new UnusableDatabaseException($"There is no file {backup}.");
        }

        Array.ForEach(Suffixes, suffix => File.Delete(restoring + suffix));
        using var source = File.OpenRead(backup);
        using var target = SqliteBackup.CreateForOwner(restoring);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    }

    private static void Verify(string file)
    {
        SqliteFileCheck.CheckHeader(file);
        var contexts = ContextFactory.Sqlite(file);
        using (var database = contexts.CreateDbContext())
        {
            database.RefuseNewer();
            if (!database.Database.GetAppliedMigrations().Any())
            {
                throw new UnusableDatabaseException("It is not a database of Velodrome.");
            }
        }

        var faults = DatabaseVerifier.Verify(contexts).SelectMany(verified => verified.Faults).ToList();
        SqliteConnection.ClearAllPools(); // closes the file, which moves its write-ahead log into it
        if (faults.FirstOrDefault() is { } fault)
        {
            throw new UnusableDatabaseException(fault);
        }
    }
}
