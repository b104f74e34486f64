using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Velodrome.Data.Sqlite;

/// <summary>
/// Settings that a connection string does not have: readers do not block the writer (WAL), a commit survives a power failure
/// (synchronous = FULL), and a connection waits for a lock instead of failing immediately.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public static readonly SqlitePragmas Instance = new();

    private const string Pragmas = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData); // SQLite has no asynchronous calls
        return Task.CompletedTask;
    }
}
