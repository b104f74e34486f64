using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Velodrome.Data.Postgres;

/// <summary>How PostgreSQL is opened, everywhere.</summary>
public static class PostgresDatabase
{
    /// <summary>A process that stands still in the middle of a transaction must not hold its locks for longer than a lease.</summary>
    private const string Options = "-c idle_in_transaction_session_timeout=10s";

    /// <remarks>Nothing is tried again behind our back: whether a transaction that broke was committed, only its owner can find out.</remarks>
    public static DbContextOptionsBuilder UsePostgres(this DbContextOptionsBuilder options, string connectionString) =>
        options.UseNpgsql(WithOptions(connectionString), npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)));

    private static string WithOptions(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = $"{Options} {settings.Options}".Trim(); // what was asked for comes last, and wins
        return settings.ConnectionString;
    }
}
