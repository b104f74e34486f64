using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Service;

namespace Velodrome.Crash.Tests.Kills;

/// <summary>Kills the real service at random moments and at every failpoint.</summary>
public sealed class SqliteKillTests
{
    /// <summary>The build that VELODROME_SERVICE names, such as a published one, or else the one that was built with these tests.</summary>
    public static ServiceBuild Service => ServiceBuild.At(Environment.GetEnvironmentVariable("VELODROME_SERVICE"));

    [LongFact]
    public async Task Kills_on_sqlite_lose_duplicate_and_change_nothing()
    {
        var report = await KillScenario.Run(new() { Service = Service, Provider = Provider.Sqlite, Kills = 50 });

        Assert.True(report.Findings.Count == 0, $"{report}");
    }
}

/// <inheritdoc cref="SqliteKillTests"/>
/// <remarks>Trains with simd alone, which starts faster. The test on SQLite covers both engines.</remarks>
public sealed class PostgresKillTests
{
    [LongFact(needsPostgres: true)]
    public async Task Kills_on_postgres_with_three_workers_lose_duplicate_and_change_nothing()
    {
        var report = await KillScenario.Run(new()
        {
            Service = SqliteKillTests.Service,
            Provider = Provider.Postgres,
            Kills = 25,
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
    public async Task A_full_disk_loses_duplicates_and_changes_nothing()
    {
        var report = await DiskScenario.Run(new() { Service = SqliteKillTests.Service, Engine = EngineChoice.Simd });

        Assert.True(report.Findings.Count == 0, $"{report}");
    }
}
