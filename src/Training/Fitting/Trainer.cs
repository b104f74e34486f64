using System.Diagnostics;
using System.Runtime.CompilerServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Losses;
using Velodrome.Training.Random;

namespace Velodrome.Training.Fitting;

/// <summary>The loop: train an epoch, measure it on the validation rows, record it, ask whether to stop.</summary>
/// <param name="engine">The network.</param>
/// <param name="train">Encoded training rows.</param>
/// <param name="validation">Encoded validation rows.</param>
/// <param name="spec">How to train.</param>
/// <param name="earlyStopping">When to stop by itself; null for never.</param>
/// <param name="lossScale">From standardised units to the loss's own, see <see cref="TargetEncoding.LossScale"/>.</param>
public sealed class Trainer(
    IEngine engine, EncodedRows train, EncodedRows validation, TrainingSpec spec, EarlyStoppingOptions? earlyStopping, double lossScale)
{
    private readonly EarlyStopping _stopping = new(earlyStopping);
    private readonly float[] _outputs = new float[validation.Rows * engine.Outputs];
    private readonly int[] _order = new int[train.Rows];
    private readonly Stopwatch _stopwatch = new();
    private float[] _bestWeights = engine.Save().Weights;
    private double _secondsBefore;
    private int _patienceFrom;
    private bool _resumed;
    private int _epoch;

    /// <summary>The best epoch so far; 0 before the first.</summary>
    public int BestEpoch => _stopping.BestEpoch;

    /// <summary>Its validation loss, in the loss's own units; infinite before the first.</summary>
    public double BestLoss => _stopping.BestLoss;

    private double Seconds => _secondsBefore + _stopwatch.Elapsed.TotalSeconds;

    /// <summary>Trains until patience runs out, the epochs are used up, a loss is no longer finite, or it is asked to end.</summary>
    /// <param name="onEpoch">Receives every epoch in order, epoch 0 (the untrained network) first unless resumed; it may
    /// call <see cref="Save"/> on the trainer.</param>
    /// <param name="cancellationToken">Ends training within a batch; what was begun of an epoch is not counted.</param>
    public TrainingResult Fit(Action<EpochMetrics, Trainer> onEpoch, CancellationToken cancellationToken)
    {
        _stopwatch.Restart();
        if (!_resumed)
        {
            onEpoch(new(0, LossOf(train, new float[train.Rows * engine.Outputs]), LossOf(validation, _outputs), 0, 0), this);
        }

        while (_epoch < spec.Epochs && !_stopping.ShouldStop(_epoch))
        {
            if (TrainEpoch(cancellationToken) is not { } trainLoss)
            {
                return Finish(StopReason.Cancelled);
            }

            var validationLoss = LossOf(validation, _outputs);
            _epoch++;
            if (_stopping.Observe(_epoch, validationLoss))
            {
                _bestWeights = engine.Save().Weights;
            }

            onEpoch(new(_epoch, trainLoss, validationLoss, spec.LearningRate, Seconds), this);
            if (!double.IsFinite(trainLoss) || !double.IsFinite(validationLoss))
            {
                return Finish(StopReason.Diverged);
            }
        }

        return Finish(_stopping.ShouldStop(_epoch) ? StopReason.Patience : StopReason.MaxEpochs);
    }

    /// <summary>All that going on from this epoch needs.</summary>
    public TrainerState Save() => new(_epoch, Seconds, engine.Save(), _patienceFrom, _stopping.BestEpoch, _stopping.BestLoss, _bestWeights);

    /// <summary>Goes on from a saved state, exactly.</summary>
    /// <exception cref="ArgumentException">The state is of another network or optimiser.</exception>
    public void Resume(TrainerState state)
    {
        if (state.BestWeights.Length != _bestWeights.Length)
        {
            throw new ArgumentException("The state is of another network.", nameof(state));
        }

        engine.Load(state.Network);
        _resumed = true;
        _stopping.Resume(state.BestEpoch, state.BestLoss, state.PatienceFrom);
        (_epoch, _secondsBefore, _patienceFrom, _bestWeights) = (state.Epoch, state.Seconds, state.PatienceFrom, state.BestWeights);
    }

    private TrainingResult Finish(StopReason reason) => new(reason, _epoch, _stopping.BestEpoch, _stopping.BestLoss, _bestWeights);

    /// <returns>The training loss, or null when it was asked to end.</returns>
    private double? TrainEpoch(CancellationToken cancellationToken)
    {
        Shuffle(_epoch + 1);
        try
        {
            return lossScale * engine.TrainEpoch(train, _order, spec.LearningRate, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Every epoch's order is a function of the seed and the epoch alone, not of the epochs before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shuffle(int epoch)
    {
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        new RandomStream(spec.Seed, RandomPurpose.RowOrder, epoch).Shuffle(_order);
    }

    private double LossOf(EncodedRows rows, float[] outputs)
    {
        engine.Predict(rows, outputs);
        return lossScale * Loss.Mean(spec.Loss, outputs, rows);
    }
}
