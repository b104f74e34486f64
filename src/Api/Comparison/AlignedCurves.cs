using Velodrome.Api.Runs;

namespace Velodrome.Api.Comparison;

/// <summary>Curves of several runs over the same epochs.</summary>
/// <param name="Epochs">Epoch numbers, ascending.</param>
/// <param name="Runs">One for each run, in the order asked for.</param>
public sealed record AlignedCurves(IReadOnlyList<int> Epochs, IReadOnlyList<AlignedCurve> Runs)
{
    /// <param name="histories">Each run's epochs in order, and its best epoch.</param>
    /// <param name="maxPoints">Above it, only every so many-th epoch stays, and every run's first, best and last one.</param>
    internal static AlignedCurves Align(IReadOnlyList<(long Id, int? BestEpoch, IReadOnlyList<EpochResponse> Epochs)> histories, int maxPoints)
    {
        var last = histories.Max(history => history.Epochs.Count == 0 ? 0 : history.Epochs[^1].Epoch);
        var stride = Math.Max(1, (last + maxPoints) / maxPoints);
        var epochs = histories
            .SelectMany(history => history.Epochs.Where((epoch, at) => epoch.Epoch % stride == 0 || epoch.Epoch == history.BestEpoch || at == history.Epochs.Count - 1))
            .Select(epoch => epoch.Epoch).Distinct().Order().ToArray();
        return new(epochs, [.. histories.Select(history => AlignedCurve.Of(history.Id, history.Epochs.ToDictionary(epoch => epoch.Epoch), epochs))]);
    }
}

/// <summary>One run's losses at the shared epochs; null where it has none.</summary>
public sealed record AlignedCurve(long RunId, IReadOnlyList<double?> TrainLoss, IReadOnlyList<double?> ValidationLoss)
{
    internal static AlignedCurve Of(long id, Dictionary<int, EpochResponse> history, int[] epochs) => new(
        id,
        Array.ConvertAll(epochs, epoch => history.GetValueOrDefault(epoch)?.TrainLoss),
        Array.ConvertAll(epochs, epoch => history.GetValueOrDefault(epoch)?.ValidationLoss));
}
