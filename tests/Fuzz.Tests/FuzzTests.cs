using System.Globalization;
using Velodrome.Processes;

namespace Velodrome.Fuzz.Tests;

/// <summary>A fuzzing that is skipped, with the reason, unless VELODROME_FUZZ_SECONDS says how long it may take.</summary>
public sealed class FuzzTheoryAttribute : TheoryAttribute
{
    public FuzzTheoryAttribute() => Skip = FuzzTests.Seconds is null
        ? "This test sends requests to a real service. Set VELODROME_FUZZ_SECONDS=60 to run it for a minute."
        : null;
}

public sealed class FuzzTests
{
    /// <summary>Enough for each operation to be answered with success. A machine that does other work may send fewer.</summary>
    private const int EnoughRequests = 20_000;

    public static int? Seconds => int.TryParse(
        Environment.GetEnvironmentVariable("VELODROME_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    /// <summary>The same every time, so that a change is not refused for a fault that was there before. The report prints it.</summary>
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("VELODROME_FUZZ_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 77;

    /// <summary>Each of both takes half of the time.</summary>
    [FuzzTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_request_is_answered_wrongly(bool keys)
    {
        var report = await Fuzzer.Run(new()
        {
            Seed = Seed,
            Requests = long.MaxValue,
            MaxTime = TimeSpan.FromSeconds(Seconds!.Value) / 2,
            Keys = keys,
            Service = ServiceBuild.At(Environment.GetEnvironmentVariable("VELODROME_SERVICE")),
            Progress = Console.WriteLine,
        });

        Assert.True(report.Findings.Count == 0, $"{report}");
        Assert.NotEqual(0, report.Requests);
        if (keys && report.Requests >= EnoughRequests) // without keys, none can be made or revoked
        {
            Assert.Empty(report.NeverSucceeded);
        }
    }
}
