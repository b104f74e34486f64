using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>Fewer points for a chart, without losing what a reader of curves looks for.</summary>
internal static class Downsampling
{
    /// <summary>A run's epochs after one, in order: reads the losses of all, and whole only those that stay.</summary>
    /// <param name="database">Reads.</param>
    /// <param name="id">The run.</param>
    /// <param name="after">Only epochs after this one.</param>
    /// <param name="maxPoints">At least 3.</param>
    public static List<EpochResponse> ThinnedHistoryOf(this TrainingDbContext database, long id, int after, int maxPoints)
    {
        var losses = database.LossesOf(id, after);
        if (losses.Count <= maxPoints)
        {
            return [.. database.HistoryOf(id, after)];
        }

        var kept = Keep(losses, maxPoints).ToList();
        return [.. database.EpochsOf(id, after).Where(epoch => kept.Contains(epoch.Number)).ToResponses()];
    }

    /// <summary>The first and the last epoch, and of every stretch between them the one with the smallest validation loss.</summary>
    private static IEnumerable<int> Keep(List<(int Epoch, double? Loss)> epochs, int maxPoints)
    {
        var (inner, stretches) = (epochs.Count - 2L, maxPoints - 2);
        yield return epochs[0].Epoch;
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var best = 1 + (int)(inner * stretch / stretches);
            for (var at = best + 1; at <= inner * (stretch + 1) / stretches; at++)
            {
                best = (epochs[at].Loss ?? double.PositiveInfinity) < (epochs[best].Loss ?? double.PositiveInfinity) ? at : best;
            }

            yield return epochs[best].Epoch;
        }

        yield return epochs[^1].Epoch;
    }
}
