using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Processes;

namespace Velodrome.Crash.Tests.Kills;

/// <summary>Kills the real service at random moments and at every failpoint.</summary>
public sealed class SqliteKillTests
{
    /// <summary>The build that VELODROME_SERVICE names, such as a published one, or else the one that was built with these tests.</summary>
    public static ServiceBuild Service => ServiceBuild.At(Environment.GetEnvironmentVariable("VELODROME_SERVICE"));

    [LongFact]
    public async Task After_kills_on_sqlite_no_run_or_key_is_lost_duplicated_or_changed()
    {
        var report = await KillScenario.Run(new() { Service = Service, Provider = Provider.Sqlite, Kills = 40, Keys = true });

        Assert.True(report.Findings.Count == 0, $"{report}");
    }
}

/// <summary>Kills the processes of a cluster at random moments and at the failpoints of what only a cluster does.</summary>
/// <remarks>
/// Trains with simd alone, which starts faster. The test on SQLite covers both engines, and the failpoints of the other operations, whose
/// code is the same.
/// </remarks>
public sealed class PostgresKillTests
{
    private static readonly string[] Operations = ["claim", "renew", "record", "finish", "release", "markEnqueued"];

    [LongFact(needsPostgres: true)]
    public async Task After_kills_on_postgres_with_three_workers_no_run_or_key_is_lost_duplicated_or_changed()
    {
        var report = await KillScenario.Run(new()
        {
            Service = SqliteKillTests.Service,
            Provider = Provider.Postgres,
            Kills = 12,
            Keys = true,
            Operations = Operations,
            Workers = 3,
            Engine = EngineChoice.Simd,
        });

        Assert.True(report.Findings.Count == 0, $"{report}");
    }
}

/// <summary>Fills the disk of the real service, so that any write may fail.</summary>
public sealed class FullDiskTests
{
    [LongFact(needsRoot: true)]
    public async Task On_a_full_disk_no_run_is_lost_duplicated_or_changed()
    {
        var report = await DiskScenario.Run(new() { Service = SqliteKillTests.Service, Engine = EngineChoice.Simd });

        Assert.True(report.Findings.Count == 0, $"{report}");
    }
}
