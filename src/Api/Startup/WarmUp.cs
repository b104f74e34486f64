using Velodrome.Data;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Startup;

/// <summary>
/// Trains a tiny run and discards it, in the background while the database is opened. The code that plans, stores and trains runs is then
/// compiled, so interrupted runs resume sooner and the first run is not slow.
/// </summary>
internal static class WarmUp
{
    /// <summary>Starts the warm-up and does not wait for it. A failure has no effect.</summary>
    public static void Start() => Task.Run(() =>
    {
        double[] values = [.. Enumerable.Range(0, 32)];
        var tables = new RunTables(new Table([new NumberColumn("x", values), new NumberColumn("y", values)]));
        var request = new RunRequest
        {
            Dataset = "none",
            Target = "y",
            Validation = new() { Split = SplitKind.Last, Fraction = 0.25 },
            Training = new() { Epochs = 2 },
        };
        var spec = JsonConversion.Read<RunSpec>(JsonConversion.Write(RunPlan.Resolve(request, tables).Spec));
        var trained = RunPlan.Restore(spec, tables).Train(start: null, (_, trainer) => trainer.Save(), CancellationToken.None);
        JsonConversion.Write(trained.Evaluation);
        JsonConversion.Write(trained.Verdict);
    });
}
