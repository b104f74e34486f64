using System.Diagnostics;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Losses;
using Velodrome.Training.Random;

namespace Velodrome.Training.Fitting;

/// <summary>The loop: train an epoch, measure it on the validation rows, record it, ask whether to stop.</summary>
/// <param name="engine">The network, untrained.</param>
/// <param name="train">Encoded training rows.</param>
/// <param name="validation">Encoded validation rows.</param>
/// <param name="spec">How to train.</param>
/// <param name="earlyStopping">When to stop by itself; null for never.</param>
/// <param name="lossScale">From standardised units to the loss's own, see <see cref="Loss.Scale"/>.</param>
public sealed class Trainer(
    IEngine engine, EncodedRows train, EncodedRows validation, TrainingSpec spec, EarlyStoppingOptions? earlyStopping, double lossScale)
{
    private readonly EarlyStopping _stopping = new(earlyStopping);
    private readonly float[] _outputs = new float[Math.Max(train.Rows, validation.Rows)];
    private float[] _best = engine.Save().Weights;

    /// <summary>Trains until patience runs out, the epochs are used up, or a loss is no longer finite.</summary>
    /// <param name="onEpoch">Receives every epoch in order, epoch 0 (the untrained network) first, and what early
    /// stopping knows after it.</param>
    /// <param name="ct">Ends training within a batch.</param>
    /// <exception cref="OperationCanceledException">It was asked to end.</exception>
    public FitResult Fit(Action<EpochMetrics, EarlyStopping> onEpoch, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var order = Enumerable.Range(0, train.Rows).ToArray();
        onEpoch(new(0, LossOf(train), LossOf(validation), 0, 0), _stopping);

        for (var epoch = 1; epoch <= spec.Epochs; epoch++)
        {
            Shuffle(order, epoch);
            var trainLoss = lossScale * engine.TrainEpoch(train, order, spec.LearningRate, ct);
            var validationLoss = LossOf(validation);
            if (_stopping.Observe(epoch, validationLoss))
            {
                _best = engine.Save().Weights;
            }

            onEpoch(new(epoch, trainLoss, validationLoss, spec.LearningRate, clock.Elapsed.TotalSeconds), _stopping);
            if (!double.IsFinite(trainLoss) || !double.IsFinite(validationLoss))
            {
                return Finish(StopReason.Diverged, epoch);
            }

            if (_stopping.ShouldStop(epoch))
            {
                return Finish(StopReason.Patience, epoch);
            }
        }

        return Finish(StopReason.MaxEpochs, spec.Epochs);
    }

    private FitResult Finish(StopReason reason, int epoch) => new(reason, epoch, _stopping.BestEpoch, _stopping.BestLoss, _best);

    /// <summary>Every epoch's order is a function of the seed and the epoch alone, not of the epochs before it.</summary>
    private void Shuffle(int[] order, int epoch)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        new RandomStream(spec.Seed, RandomPurpose.RowOrder, epoch).Shuffle(order);
    }

    private double LossOf(EncodedRows rows)
    {
        var outputs = _outputs.AsSpan(0, rows.Rows);
        engine.Predict(rows, outputs);
        return lossScale * Loss.Mean(spec.Loss, outputs, rows.Targets);
    }
}
