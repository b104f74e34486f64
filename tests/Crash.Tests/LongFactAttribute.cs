using Velodrome.Postgres;

namespace Velodrome.Crash.Tests;

/// <summary>A test of several minutes: run where it is asked for, and else skipped with the reason.</summary>
public sealed class LongFactAttribute : FactAttribute
{
    /// <param name="needsPostgres">Whether it starts a PostgreSQL server, too.</param>
    public LongFactAttribute(bool needsPostgres = false) => Skip = Environment.GetEnvironmentVariable("VELODROME_CRASH_TESTS") == "1"
        ? needsPostgres ? PostgresServer.Missing : null
        : "Kills real services for some minutes. VELODROME_CRASH_TESTS=1 runs it.";
}
