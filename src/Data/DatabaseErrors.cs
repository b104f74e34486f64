using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Velodrome.Data;

/// <summary>Tells apart the errors that a database reports when it refuses a change.</summary>
public static class DatabaseErrors
{
    /// <summary>SQLITE_CONSTRAINT_UNIQUE, https://www.sqlite.org/rescode.html#constraint_unique.</summary>
    private const int SqliteUnique = 2067;

    /// <summary>SQLITE_CONSTRAINT_PRIMARYKEY, which SQLite reports in place of the former for a primary key.</summary>
    private const int SqlitePrimaryKey = 1555;

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
}
