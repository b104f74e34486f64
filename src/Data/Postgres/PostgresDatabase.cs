using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Velodrome.Data.Runs;

namespace Velodrome.Data.Postgres;

/// <summary>Opens PostgreSQL with the settings that the whole service uses.</summary>
public static class PostgresDatabase
{
    private static readonly string Options =
        $"-c idle_in_transaction_session_timeout={RunTiming.IdleTransactionTimeout.TotalMilliseconds:F0}ms";

    /// <remarks>EF Core does not retry: only the code that ran a transaction can find out whether it was committed.</remarks>
    public static DbContextOptionsBuilder UsePostgres(this DbContextOptionsBuilder options, string connectionString) => options.UseNpgsql(
        WithOptions(connectionString), npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)));

    private static string WithOptions(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = $"{Options} {settings.Options}".Trim(); // options of the connection string come last, so they win
        return settings.ConnectionString;
    }
}
