using System.Data.Common;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;
using Velodrome.Data.Start;

namespace Velodrome.Data.Sqlite;

/// <summary>
/// Notices that the SQLite file was deleted, moved or replaced while the service runs. On Unix a process that has a deleted file open
/// still reads and writes it, and the file is gone when the process ends. From then on every connection is refused, and the data are saved
/// into a new file beside it, through a connection that has been open all the time.
/// </summary>
public sealed partial class SqliteFileGuard : DbConnectionInterceptor, IDisposable
{
    /// <summary>SQLITE_FCNTL_HAS_MOVED, https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlhasmoved.</summary>
    private const int HasMovedCode = 20;

    private readonly Lock _rescuing = new();
    private readonly SqliteConnection _connection;
    private readonly string _file;
    private Task<string>? _rescue;

    /// <param name="folder">Is locked by this process.</param>
    /// <exception cref="UnusableDatabaseException">The file is damaged, or is no SQLite file.</exception>
    public SqliteFileGuard(DataFolder folder)
    {
        _file = folder.DatabaseFile;
        SqliteFileCheck.CreateOrCheck(_file);
        _connection = new(new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false }.ConnectionString);
        _connection.Open();
        Execute("SELECT count(*) FROM sqlite_master"); // opens the write-ahead log too, which may be deleted as well
    }

    /// <summary>What happened to the file and what to do; null while it is in its place.</summary>
    public string? Problem => HasMoved() ? $"{Happened} {Rescued()}" : null;

    private string Happened => $"The database {_file} was deleted, moved or replaced while the service runs. " +
        "Nothing is written any more, and a restart would lose everything that is not saved.";

    public override InterceptionResult ConnectionOpening(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
        Problem is { } problem ? throw new DatabaseFileMovedException(problem) : result;

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        new(ConnectionOpening(connection, eventData, result));

    public void Dispose() => _connection.Dispose();

    private bool HasMoved()
    {
        var moved = 0;
        return sqlite3_file_control(_connection.Handle!.DangerousGetHandle(), "main", HasMovedCode, ref moved) == raw.SQLITE_OK
            && moved != 0;
    }

    /// <summary>Saves the data in the background, once, or again after a failure.</summary>
    private string Rescued()
    {
        lock (_rescuing)
        {
            if (_rescue is null or { IsFaulted: true })
            {
                var failure = _rescue?.Exception?.GetBaseException().Message;
                _rescue = Task.Run(Rescue);
                return failure is null ? "The data are being saved." : $"The data could not be saved ({failure}); trying again.";
            }

            return _rescue.IsCompletedSuccessfully
                ? $"The data are saved in {_rescue.Result}. Stop the service, then run `Velodrome.Api restore {_rescue.Result} --force`."
                : "The data are being saved.";
        }
    }

    private string Rescue()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        Execute("PRAGMA busy_timeout = 30000; BEGIN IMMEDIATE; ROLLBACK"); // waits for the end of a write that had begun before
        var copy = $"{_file}.rescued-{DateTime.UtcNow:yyyyMMdd-HHmmss}";
        SqliteBackup.Write(_connection, copy);
        return copy;
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [LibraryImport("e_sqlite3", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int sqlite3_file_control(nint database, string name, int operation, ref int argument);
}
