using Velodrome.Data;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Startup;

/// <summary>
/// A lap for nobody, on another processor while the database is opened: what plans, stores and trains a run is compiled by then, so
/// runs that a crash interrupted go on sooner, and the first one is not slow.
/// </summary>
internal static class WarmUp
{
    /// <summary>Nobody waits for it, and nothing depends on it.</summary>
    public static void Start() => Task.Run(() =>
    {
        double[] values = [.. Enumerable.Range(0, 32)];
        var tables = new RunTables(new Table([new NumberColumn("x", values), new NumberColumn("y", values)]));
        var request = new RunRequest { Dataset = "none", Target = "y", Validation = new() { Split = SplitKind.Last, Fraction = 0.25 }, Training = new() { Epochs = 2 } };
        var spec = JsonConversion.Read<RunSpec>(JsonConversion.Write(RunPlan.Resolve(request, tables).Spec));
        var trained = RunPlan.Restore(spec, tables).Train(start: null, (_, trainer) => trainer.Save(), CancellationToken.None);
        JsonConversion.Write(trained.Evaluation);
        JsonConversion.Write(trained.Verdict);
    });
}
