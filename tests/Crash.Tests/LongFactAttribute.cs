using Velodrome.Postgres;

namespace Velodrome.Crash.Tests;

/// <summary>A test that takes minutes. It is skipped, with the reason, unless VELODROME_CRASH_TESTS is 1.</summary>
public sealed class LongFactAttribute : FactAttribute
{
    /// <param name="needsPostgres">The test starts a PostgreSQL server.</param>
    /// <param name="needsRoot">The test mounts a disk.</param>
    public LongFactAttribute(bool needsPostgres = false, bool needsRoot = false) => Skip =
        Environment.GetEnvironmentVariable("VELODROME_CRASH_TESTS") != "1"
            ? "This test kills real services for some minutes. Set VELODROME_CRASH_TESTS=1 to run it."
        : needsPostgres && PostgresServer.UnavailableReason is { } reason ? reason
        : needsRoot && !(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
            ? "This test mounts a small disk. Run it as root on Linux."
        : null;
}
