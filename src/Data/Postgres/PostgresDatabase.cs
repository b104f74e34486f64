using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Velodrome.Data.Postgres;

/// <summary>How PostgreSQL is opened, everywhere.</summary>
public static class PostgresDatabase
{
    /// <remarks>Nothing is tried again behind our back: whether a transaction that broke was committed, only its owner can find out.</remarks>
    public static DbContextOptionsBuilder UsePostgres(this DbContextOptionsBuilder options, string connectionString) =>
        options.UseNpgsql(connectionString, npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)));
}
