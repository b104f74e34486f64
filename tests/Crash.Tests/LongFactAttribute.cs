using Velodrome.Postgres;

namespace Velodrome.Crash.Tests;

/// <summary>A test of several minutes: run where it is asked for, and else skipped with the reason.</summary>
public sealed class LongFactAttribute : FactAttribute
{
    /// <param name="needsPostgres">Whether it starts a PostgreSQL server, too.</param>
    /// <param name="needsRoot">Whether it mounts a disk, as only root may.</param>
    public LongFactAttribute(bool needsPostgres = false, bool needsRoot = false) => Skip = Environment.GetEnvironmentVariable("VELODROME_CRASH_TESTS") != "1"
        ? "Kills real services for some minutes. VELODROME_CRASH_TESTS=1 runs it."
        : needsPostgres && PostgresServer.Missing is { } missing ? missing
        : needsRoot && !(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess) ? "Mounts a small disk, for which one must be root on Linux."
        : null;
}
