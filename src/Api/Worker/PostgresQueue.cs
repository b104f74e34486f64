using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;

namespace Velodrome.Api.Worker;

/// <summary>Hangfire's tables beside ours, in a schema of their own.</summary>
internal static class PostgresQueue
{
    /// <summary>Makes or upgrades the tables, so call it first where one process does that at a time.</summary>
    public static PostgreSqlStorage Open(string connectionString)
    {
        var options = new PostgreSqlStorageOptions
        {
            QueuePollInterval = TimeSpan.FromSeconds(1), // 15 s by default

            // A worker that trains says so again and again, so its job is another's a minute after it dies, however long runs are.
            UseSlidingInvisibilityTimeout = true,
            InvisibilityTimeout = TimeSpan.FromMinutes(1),

            // A lock is a row, held for milliseconds, that a killed process leaves behind; 10 minutes by default.
            DistributedLockTimeout = TimeSpan.FromMinutes(1),
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options);
    }
}
