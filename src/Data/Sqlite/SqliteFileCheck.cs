using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Velodrome.Data.Start;

namespace Velodrome.Data.Sqlite;

/// <summary>
/// Looks for damage in a SQLite file before the service uses it: its header and length, and then its pages with <c>PRAGMA quick_check</c>,
/// for as long as <see cref="QuickCheckLimit"/>. <c>Velodrome.Api check</c> has no such limit. https://www.sqlite.org/fileformat2.html
/// </summary>
public static class SqliteFileCheck
{
    /// <summary>Of a large file only a part is checked at the start, so that an interrupted run resumes soon.</summary>
    public static readonly TimeSpan QuickCheckLimit = TimeSpan.FromSeconds(2);

    private const int HeaderLength = 100;

    /// <summary>SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, https://www.sqlite.org/c3ref/c_dbconfig_defensive.html.</summary>
    private const int NoCheckpointOnClose = 1006;

    /// <summary>SQLite calls the progress handler after this many steps of its virtual machine.</summary>
    private const int StepsBetweenLooksAtTheClock = 1000;

    /// <summary>Creates the file if it is missing, and otherwise checks it.</summary>
    /// <exception cref="UnusableDatabaseException">The file is damaged, or is no SQLite file.</exception>
    public static void CreateOrCheck(string file)
    {
        if (!File.Exists(file))
        {
            Create(file);
            return;
        }

        CheckHeader(file);
        CheckLog(file);
        CheckPages(file, QuickCheckLimit);
        if (ReadId(file) == 0)
        {
            Execute(file, SqliteOpenMode.ReadWrite, SqliteFileId.SetNew);
        }
    }

    /// <summary>What is wrong with a file that SQLite can't read, and what to do.</summary>
    public static UnusableDatabaseException Damaged(string file, string what, Exception? cause = null) => new(
        $"The database {file} {what}. Restore a backup with `Velodrome.Api restore FILE --force`, which keeps the damaged file; " +
        "`Velodrome.Api check` lists what is damaged.", cause);

    /// <summary>True if SQLite reports damage, and not a lock, a full disk or a wrong statement.</summary>
    public static bool IsDamage(SqliteException failure) =>
        failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT;

    /// <summary>Writes the first page under another name, so that the service never leaves a file without content.</summary>
    private static void Create(string file)
    {
        if (File.Exists(file + "-wal") && new FileInfo(file + "-wal").Length > 0)
        {
            throw Damaged(file, $"is missing, but {file}-wal is there, which has its latest changes");
        }

        var created = file + ".new";
        File.Delete(created);
        new FileStream(created, PrivateFiles.Options(FileMode.CreateNew)).Dispose(); // its -wal and -shm files get its mode
        Execute(created, SqliteOpenMode.ReadWriteCreate, $"{SqliteFileId.SetNew}; PRAGMA journal_mode = WAL");
        File.Move(created, file);
    }

    /// <exception cref="UnusableDatabaseException">The file is no SQLite file, or its end is missing.</exception>
    public static void CheckHeader(string file)
    {
        var header = new byte[HeaderLength];
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (length == 0)
        {
            throw Damaged(file, "is empty");
        }

        if (length < HeaderLength || !header.AsSpan().StartsWith("SQLite format 3\0"u8))
        {
            throw Damaged(file, "is not a SQLite database, or its header is damaged");
        }

        // During a checkpoint the header may be ahead of the file: then the pages are still in the write-ahead log.
        var hasLog = File.Exists(file + "-wal") && new FileInfo(file + "-wal").Length > 0;
        if (!hasLog && LengthByHeader(header) is { } expected && stream.Length < expected)
        {
            throw Damaged(file, $"has {stream.Length} bytes instead of the {expected} that its header names: its end is missing");
        }
    }

    /// <summary>Null if the header does not know it: the number of pages is valid only if two counters are equal.</summary>
    private static long? LengthByHeader(ReadOnlySpan<byte> header)
    {
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is 1 ? 65536 : BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        return header[24..28].SequenceEqual(header[92..96]) ? pageSize * (long)pages : null;
    }

    private static void CheckLog(string file)
    {
        if (SqliteLog.IsOfAnotherDatabase(file + "-wal", ReadId(file)))
        {
            throw new UnusableDatabaseException(
                $"{file}-wal has the latest changes of another database than {file}, and SQLite would write them into it. Was {file} " +
                $"copied there by hand? Then move {file}-wal and {file}-shm away. `Velodrome.Api restore FILE --force` does so by itself.");
        }
    }

    private static int ReadId(string file)
    {
        var header = new byte[HeaderLength];
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.ReadExactly(header);
        return SqliteFileId.Read(header);
    }

    private static void CheckPages(string file, TimeSpan limit)
    {
        try
        {
            if (Execute(file, SqliteOpenMode.ReadWrite, "PRAGMA quick_check(1)", limit) is string result and not "ok")
            {
                throw Damaged(file, $"is damaged ({result.ReplaceLineEndings(" ").Replace("*** in database main *** ", "")})");
            }
        }
        catch (SqliteException failure) when (IsDamage(failure))
        {
            throw Damaged(file, $"is damaged ({Text(failure)})", failure);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_CANTOPEN)
        {
            throw new UnusableDatabaseException($"The database {file} can't be opened ({Text(failure)}). " +
                "This process needs to read and write it and its folder.", failure);
        }
    }

    /// <returns>The first value of the result; null if the limit was reached.</returns>
    private static object? Execute(string file, SqliteOpenMode mode, string sql, TimeSpan? limit = null)
    {
        var options = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false };
        using var connection = new SqliteConnection(options.ConnectionString);
        connection.Open();
        if (limit is { } time)
        {
            raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, 1, out _); // a log that is damaged stays beside the file
            var start = Stopwatch.GetTimestamp();
            raw.sqlite3_progress_handler(
                connection.Handle, StepsBetweenLooksAtTheClock, _ => Stopwatch.GetElapsedTime(start) > time ? 1 : 0, null);
        }

        using var command = connection.CreateCommand();
        command.CommandText = sql;
        try
        {
            return command.ExecuteScalar();
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            return null;
        }
    }

    private static string Text(SqliteException failure) => raw.sqlite3_errstr(failure.SqliteErrorCode).utf8_to_string();
}
