using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Comparison;

/// <summary>Loss curves of several runs over the same epochs.</summary>
/// <param name="Epochs">Epoch numbers, ascending.</param>
/// <param name="Runs">One curve for each run, in the requested order.</param>
public sealed record AlignedCurves(IReadOnlyList<int> Epochs, IReadOnlyList<AlignedCurve> Runs);

/// <summary>A run's losses at the shared epochs; null where the run has no such epoch or its loss is not finite.</summary>
public sealed record AlignedCurve(long RunId, IReadOnlyList<double?> TrainLoss, IReadOnlyList<double?> ValidationLoss);

internal static class AlignedCurvesReader
{
    /// <summary>
    /// Reads the curves of several runs. The epochs are those that <c>GET /runs/{id}/history?maxPoints</c> keeps of each run, and each
    /// run's best epoch. Other epochs are not read.
    /// </summary>
    /// <param name="database">Contains the epochs.</param>
    /// <param name="runs">At least one.</param>
    /// <param name="maxPoints">Divided evenly among the runs; each gets at least 3.</param>
    public static AlignedCurves ReadAlignedCurves(this TrainingDbContext database, IReadOnlyList<Run> runs, int maxPoints)
    {
        var maxPerRun = Math.Max(3, maxPoints / runs.Count);
        int[] epochs = [.. runs.SelectMany(run => EpochsToShow(database, run, maxPerRun)).Distinct().Order()];
        return new(epochs, [.. runs.Select(run => ReadCurve(database, run.Id, epochs))]);
    }

    private static IEnumerable<int> EpochsToShow(TrainingDbContext database, Run run, int max)
    {
        var thinned = database.ThinnedEpochsOf(run.Id, 0, run.LastEpoch ?? -1, max).Select(epoch => epoch.Number);
        return run.BestEpoch is { } best ? thinned.Append(best) : thinned;
    }

    private static AlignedCurve ReadCurve(TrainingDbContext database, long runId, int[] epochs)
    {
        var losses = database.Epochs
            .Where(epoch => epoch.RunId == runId && EF.Parameter(epochs).Contains(epoch.Number)) // one parameter, however many epochs
            .Select(epoch => new { epoch.Number, epoch.TrainLoss, epoch.ValidationLoss })
            .ToDictionary(epoch => epoch.Number);
        return new(
            runId,
            Array.ConvertAll(epochs, epoch => losses.GetValueOrDefault(epoch)?.TrainLoss),
            Array.ConvertAll(epochs, epoch => losses.GetValueOrDefault(epoch)?.ValidationLoss));
    }
}
