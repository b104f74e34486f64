using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Velodrome.Data;

/// <summary>Tells apart the errors of a database: changes that it refuses, and outages.</summary>
public static class DatabaseErrors
{
    /// <summary>SQLITE_CONSTRAINT_UNIQUE, https://www.sqlite.org/rescode.html#constraint_unique.</summary>
    private const int SqliteUnique = 2067;

    /// <summary>SQLITE_CONSTRAINT_PRIMARYKEY, which SQLite reports instead for a primary key.</summary>
    private const int SqlitePrimaryKey = 1555;

    /// <summary>SQLITE_CONSTRAINT_FOREIGNKEY, https://www.sqlite.org/rescode.html#constraint_foreignkey.</summary>
    private const int SqliteForeignKey = 787;

    /// <summary>
    /// SQLITE_PERM, BUSY, LOCKED, READONLY, IOERR and CANTOPEN: the file, and not the statement, is the cause.
    /// https://www.sqlite.org/rescode.html
    /// </summary>
    private static readonly int[] SqliteOutages = [3, 5, 6, 8, 10, 14];

    /// <summary>
    /// Error classes that are about the connection or the server's state: 08 (connection), 28 (login), 3D (no such database), 53 (no
    /// resources), 57 (server stops or starts, statement cancelled), 58 (system error); and a read-only standby.
    /// https://www.postgresql.org/docs/current/errcodes-appendix.html
    /// </summary>
    private static readonly string[] PostgresOutages = ["08", "28", "3D", "53", "57", "58"];

    /// <summary>True if the change was refused because of a foreign key: a row is missing, or is still referred to.</summary>
    public static bool IsForeignKeyViolation(this Exception failure) => Causes(failure).Any(cause => cause
        is SqliteException { SqliteExtendedErrorCode: SqliteForeignKey }
        or PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation });

    /// <summary>
    /// True if the database cannot be used at the moment, whatever the statement: it does not answer, it is locked, or it cannot be
    /// written. The same statement may succeed later.
    /// </summary>
    public static bool IsDatabaseUnavailable(this Exception failure) => Causes(failure).Any(cause => cause switch
    {
        SqliteException sqlite => SqliteOutages.Contains(sqlite.SqliteErrorCode),
        PostgresException postgres => PostgresOutages.Contains(postgres.SqlState[..2])
            || postgres.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException => true, // the client's own: no connection, a broken one, none free, a timeout
        _ => false,
    });

    /// <summary>
    /// True if the change was refused because a row with the same unique value exists, for example because another process
    /// inserted it first. False for every other failure: a lost connection, a full disk, a missing foreign key.
    /// </summary>
    public static bool IsUniqueViolation(this DbUpdateException failure) =>
        failure.InnerException is DbException cause && cause.IsUniqueViolation();

    /// <inheritdoc cref="IsUniqueViolation(DbUpdateException)"/>
    /// <remarks>EF Core wraps the errors of SaveChanges in a <see cref="DbUpdateException"/>, those of ExecuteUpdate it does not.</remarks>
    public static bool IsUniqueViolation(this DbException failure) => failure switch
    {
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteUnique or SqlitePrimaryKey,
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        _ => false,
    };

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
