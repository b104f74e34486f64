using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Maintenance;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Data.Tests.Sqlite;

/// <summary>What is noticed at the start, before the first request.</summary>
public sealed class SqliteFileCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-").FullName;

    private string File => Path.Combine(_folder, "velodrome.db");

    [Fact]
    public void A_new_file_is_created_and_is_never_empty()
    {
        SqliteFileCheck.CreateOrCheck(File);

        Assert.True(new FileInfo(File).Length > 0);
        SqliteFileCheck.CreateOrCheck(File);
    }

    [Theory]
    [InlineData(0, 4, 0, "its header is damaged")]
    [InlineData(0, 100, 100, "its header is damaged")]
    [InlineData(4096, 4096, 0, "is damaged")] // a page of zeros
    [InlineData(0, 0, -4096, "its end is missing")]
    [InlineData(0, 0, 0, "is empty")]
    public void Damage_is_reported_with_what_to_do(int zerosFrom, int zeros, int length, string expected)
    {
        Create();
        using (var file = System.IO.File.OpenWrite(File))
        {
            file.Position = zerosFrom;
            file.Write(new byte[zeros]);
            file.SetLength(zeros > 0 && length == 0 ? file.Length : length < 0 ? file.Length + length : length);
        }

        var failure = Assert.Throws<UnusableDatabaseException>(() => SqliteFileCheck.CreateOrCheck(File));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("restore FILE", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_ahead_log_without_its_database_is_reported()
    {
        System.IO.File.WriteAllText(File + "-wal", "changes");

        Assert.Contains("is missing", Assert.Throws<UnusableDatabaseException>(() => SqliteFileCheck.CreateOrCheck(File)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_write_ahead_log_of_another_database_is_reported_and_changes_nothing(bool isBackup)
    {
        var other = Path.Combine(_folder, "other.db");
        SqliteFileCheck.CreateOrCheck(other);
        using (var database = ContextFactory.Sqlite(other).CreateDbContext())
        {
            database.Upgrade();
            database.Database.OpenConnection();
            if (isBackup) // a copy of the same database, over which somebody has copied the backup
            {
                SqliteBackup.Write((SqliteConnection)database.Database.GetDbConnection(), File);
            }
            else
            {
                SqliteFileCheck.CreateOrCheck(File);
            }

            database.Database.ExecuteSqlRaw("CREATE TABLE later (x INTEGER)");
            System.IO.File.Copy(other + "-wal", File + "-wal");
        }

        var before = System.IO.File.ReadAllBytes(File);
        var failure = Assert.Throws<UnusableDatabaseException>(() => SqliteFileCheck.CreateOrCheck(File));

        Assert.Contains("another database", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
        System.IO.File.Delete(File + "-wal");
        SqliteFileCheck.CreateOrCheck(File);
    }

    [Fact]
    public void The_write_ahead_log_of_the_database_itself_is_applied()
    {
        SqliteFileCheck.CreateOrCheck(File);
        var copy = Path.Combine(_folder, "copy.db");
        using (var database = ContextFactory.Sqlite(File).CreateDbContext())
        {
            database.Database.OpenConnection(); // stays open: other tests close idle connections, and the last one removes the log
            database.Upgrade();
            System.IO.File.Copy(File, copy); // as a kill would leave both
            System.IO.File.Copy(File + "-wal", copy + "-wal");
        }

        SqliteFileCheck.CreateOrCheck(copy);

        using var applied = ContextFactory.Sqlite(copy).CreateDbContext();
        Assert.Empty(applied.Datasets);
    }

    [Fact]
    public void A_log_that_damages_the_database_is_not_written_into_it()
    {
        Create();
        var (copy, before) = (Path.Combine(_folder, "copy.db"), System.IO.File.ReadAllBytes(File));
        using (var database = ContextFactory.Sqlite(File).CreateDbContext())
        {
            database.Database.OpenConnection();
            database.Database.ExecuteSqlRaw("PRAGMA writable_schema = ON");
            database.Database.ExecuteSqlRaw("UPDATE sqlite_master SET rootpage = 999999 WHERE name = 'Datasets'");
            System.IO.File.WriteAllBytes(copy, before);
            System.IO.File.Copy(File + "-wal", copy + "-wal");
        }

        Assert.Throws<UnusableDatabaseException>(() => SqliteFileCheck.CreateOrCheck(copy));

        Assert.Equal(before, System.IO.File.ReadAllBytes(copy));
    }

    [Fact]
    public void A_database_of_an_earlier_version_gets_a_number_of_its_own()
    {
        Create();
        using (var database = ContextFactory.Sqlite(File).CreateDbContext())
        {
            database.Database.ExecuteSqlRaw("PRAGMA user_version = 0");
        }

        SqliteConnection.ClearAllPools();

        SqliteFileCheck.CreateOrCheck(File);

        Assert.NotEqual(0, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(System.IO.File.ReadAllBytes(File).AsSpan(60)));
    }

    [Fact]
    public void The_database_of_a_newer_version_is_refused()
    {
        Create();
        using var database = ContextFactory.Sqlite(File).CreateDbContext();
        database.Database.ExecuteSqlRaw("INSERT INTO __EFMigrationsHistory VALUES ('20991231000000_Later', '99')");

        Assert.Contains("20991231000000_Later", Assert.Throws<UnusableDatabaseException>(() => database.Upgrade()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_database_of_another_program_is_refused()
    {
        using var database = ContextFactory.Sqlite(File).CreateDbContext();
        database.Database.ExecuteSqlRaw("CREATE TABLE songs (title TEXT)");

        Assert.Contains("another program", Assert.Throws<UnusableDatabaseException>(() => database.Upgrade()).Message,
            StringComparison.Ordinal);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private void Create()
    {
        using (var database = ContextFactory.Sqlite(File).CreateDbContext())
        {
            database.Upgrade();
        }

        SqliteConnection.ClearAllPools(); // closes the file, so that all pages are in it
    }
}
