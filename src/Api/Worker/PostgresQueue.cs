using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;

namespace Velodrome.Api.Worker;

/// <summary>Hangfire's queue in the PostgreSQL database, in a separate schema.</summary>
internal static class PostgresQueue
{
    /// <summary>Opens the queue, and creates or upgrades its tables. Only one process at a time may do that.</summary>
    public static PostgreSqlStorage Open(string connectionString)
    {
        var options = new PostgreSqlStorageOptions
        {
            QueuePollInterval = WorkerTiming.QueuePollInterval,
            UseSlidingInvisibilityTimeout = true, // a worker touches its job while it trains, however long that takes
            InvisibilityTimeout = WorkerTiming.JobInvisibilityTimeout,
            DistributedLockTimeout = WorkerTiming.QueueLockTimeout,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options);
    }
}
