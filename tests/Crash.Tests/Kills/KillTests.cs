using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Service;

namespace Velodrome.Crash.Tests.Kills;

/// <summary>The real service, killed at random moments and at every failpoint.</summary>
public sealed class SqliteKillTests
{
    /// <summary>What VELODROME_SERVICE names, a published service for instance; else what was built beside this.</summary>
    public static ServiceBuild Service => ServiceBuild.At(Environment.GetEnvironmentVariable("VELODROME_SERVICE"));

    [LongFact]
    public async Task Nothing_is_lost_duplicated_or_changed_on_sqlite()
    {
        var report = await KillScenario.Run(new() { Service = Service, Provider = Provider.Sqlite, Kills = 50 });

        Assert.True(report.Findings.Count == 0, $"{report}");
    }
}

/// <inheritdoc cref="SqliteKillTests"/>
/// <remarks>On the engine that starts quickly: what is another here is the database, and both engines are killed on SQLite.</remarks>
public sealed class PostgresKillTests
{
    [LongFact(needsPostgres: true)]
    public async Task Nothing_is_lost_duplicated_or_changed_on_postgres_with_three_workers()
    {
        var report = await KillScenario.Run(new() { Service = SqliteKillTests.Service, Provider = Provider.Postgres, Kills = 25, Workers = 3, Engine = EngineChoice.Simd });

        Assert.True(report.Findings.Count == 0, $"{report}");
    }
}

/// <summary>Nobody is killed, but writes fail anywhere.</summary>
public sealed class FullDiskTests
{
    [LongFact(needsRoot: true)]
    public async Task Nothing_is_lost_duplicated_or_changed_while_the_disk_is_full()
    {
        var report = await DiskScenario.Run(new() { Service = SqliteKillTests.Service, Engine = EngineChoice.Simd });

        Assert.True(report.Findings.Count == 0, $"{report}");
    }
}
