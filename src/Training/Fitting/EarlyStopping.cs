using System.ComponentModel.DataAnnotations;

namespace Velodrome.Training.Fitting;

/// <summary>Options that decide when training stops early.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>Training stops after this many epochs without an improvement, 1 to 1,000,000. Default 10.</summary>
    [Range(1, 1_000_000)]
    public int Patience { get; init; } = 10;

    /// <summary>A validation loss is an improvement if it is lower than the best by more than this, in the loss's own unit. Default
    /// 0.</summary>
    [Range(0.0, 1e30)]
    public double MinDelta { get; init; }

    /// <summary>Earlier epochs do not count towards patience, and count as best only if training ends before this epoch, 0 to 1,000,000.
    /// Default 0.</summary>
    [Range(0, 1_000_000)]
    public int StartFromEpoch { get; init; }
}

/// <summary>The rule of Keras: an improvement is <c>loss &lt; best - minDelta</c>; training stops when
/// <c>epoch - bestEpoch >= patience</c>. The state depends only on the losses observed.</summary>
/// <param name="options">When to stop; null for never, which still tracks the best epoch.</param>
public sealed class EarlyStopping(EarlyStoppingOptions? options)
{
    private readonly double _minDelta = options?.MinDelta ?? 0;
    private readonly int _startFromEpoch = options?.StartFromEpoch ?? 0;
    private int _patienceFrom = options?.StartFromEpoch ?? 0;

    /// <summary>The epoch of the last improvement; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The validation loss of that epoch; infinite before the first.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>Records the validation loss of an epoch; NaN is never an improvement.</summary>
    /// <returns>Whether this epoch is the best so far.</returns>
    public bool Observe(int epoch, double loss)
    {
        // The first epoch that counts replaces the best of those before it, which are kept in case there is none that counts.
        var replacesEarlier = epoch >= _startFromEpoch && BestEpoch < _startFromEpoch;
        if (!(loss < (replacesEarlier ? double.PositiveInfinity : BestLoss - _minDelta)))
        {
            return false;
        }

        (BestEpoch, BestLoss) = (epoch, loss);
        return true;
    }

    /// <summary>Whether patience has run out at this epoch.</summary>
    public bool ShouldStop(int epoch) => options is not null && epoch - Math.Max(BestEpoch, _patienceFrom) >= options.Patience;

    /// <summary>Restores the state after earlier epochs.</summary>
    /// <param name="bestEpoch">See <see cref="BestEpoch"/>.</param>
    /// <param name="bestLoss">See <see cref="BestLoss"/>.</param>
    /// <param name="patienceFrom">Patience is counted from this epoch if the best epoch came before it.</param>
    public void Resume(int bestEpoch, double bestLoss, int patienceFrom)
    {
        (BestEpoch, BestLoss) = (bestEpoch, bestLoss);
        _patienceFrom = Math.Max(_patienceFrom, patienceFrom);
    }
}
