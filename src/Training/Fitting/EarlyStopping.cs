using System.ComponentModel.DataAnnotations;

namespace Velodrome.Training.Fitting;

/// <summary>When training ends by itself.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>Epochs without an improvement after which training stops, 1 to 1,000,000. Default 10.</summary>
    [Range(1, 1_000_000)]
    public int Patience { get; init; } = 10;

    /// <summary>An improvement is a validation loss smaller than the best by more than this, in the loss's own units. Default 0.</summary>
    [Range(0.0, 1e30)]
    public double MinDelta { get; init; }

    /// <summary>Epochs before this one count neither as best nor against patience, 0 to 1,000,000. Default 0.</summary>
    [Range(0, 1_000_000)]
    public int StartFromEpoch { get; init; }
}

/// <summary>Keras's rule: improvement is <c>loss &lt; best - minDelta</c>; stop when <c>epoch - bestEpoch >= patience</c>. A pure
/// function of the losses observed. Without options it never stops, and still knows the best epoch.</summary>
public sealed class EarlyStopping(EarlyStoppingOptions? options)
{
    private readonly double _minDelta = options?.MinDelta ?? 0;
    private int _patienceFrom = options?.StartFromEpoch ?? 0;

    /// <summary>The epoch of the last improvement; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The validation loss of that epoch; infinite before the first.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>Takes in an epoch's validation loss; NaN never improves.</summary>
    /// <returns>Whether this epoch is the best so far.</returns>
    public bool Observe(int epoch, double loss)
    {
        if (epoch < (options?.StartFromEpoch ?? 0) || !(loss < BestLoss - _minDelta))
        {
            return false;
        }

        (BestEpoch, BestLoss) = (epoch, loss);
        return true;
    }

    /// <summary>Whether patience has run out at this epoch.</summary>
    public bool ShouldStop(int epoch) => options is not null && epoch - Math.Max(BestEpoch, _patienceFrom) >= options.Patience;

    /// <summary>Goes on from what was observed before.</summary>
    /// <param name="bestEpoch">See <see cref="BestEpoch"/>.</param>
    /// <param name="bestLoss">See <see cref="BestLoss"/>.</param>
    /// <param name="patienceFrom">Patience is counted from this epoch if the best one came before it.</param>
    public void Resume(int bestEpoch, double bestLoss, int patienceFrom)
    {
        (BestEpoch, BestLoss) = (bestEpoch, bestLoss);
        _patienceFrom = Math.Max(_patienceFrom, patienceFrom);
    }
}
