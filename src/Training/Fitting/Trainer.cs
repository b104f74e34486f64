using System.Diagnostics;
using System.Runtime.CompilerServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Losses;
using Velodrome.Training.Random;

namespace Velodrome.Training.Fitting;

/// <summary>The training loop: train an epoch, measure it on the validation rows, report it, decide whether to stop.</summary>
/// <param name="engine">The network to train.</param>
/// <param name="train">Encoded training rows.</param>
/// <param name="validation">Encoded validation rows.</param>
/// <param name="spec">Epochs, learning rate and its schedule, loss and seed.</param>
/// <param name="earlyStopping">When to stop early; null for never.</param>
/// <param name="lossScale">Factor from standardised losses to the loss's own unit, see <see cref="TargetEncoding.LossScale"/>.</param>
public sealed class Trainer(
    IEngine engine, EncodedRows train, EncodedRows validation, TrainingSpec spec, EarlyStoppingOptions? earlyStopping, double lossScale)
{
    private readonly EarlyStopping _stopping = new(earlyStopping);
    private readonly LearningRateSchedule _schedule = new(spec, train.Rows);
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

    /// <summary>Validation loss of the best epoch, in the loss's own unit; infinite before the first.</summary>
    public double BestLoss => _stopping.BestLoss;

    private double Seconds => _secondsBefore + _stopwatch.Elapsed.TotalSeconds;

    /// <summary>Trains until patience runs out, all epochs are trained, a loss is not finite, or training is cancelled.</summary>
    /// <param name="onEpoch">Receives every epoch in order, starting with epoch 0 (the untrained network) unless resumed. It may call
    /// <see cref="Save"/> on the trainer.</param>
    /// <param name="cancellationToken">Ends training within a batch, or within a layer of a large one; an unfinished epoch does not
    /// count.</param>
    public TrainingResult Fit(Action<EpochMetrics, Trainer> onEpoch, CancellationToken cancellationToken)
    {
        _stopwatch.Restart();
        if (!_resumed)
        {
            if (MeasureUntrained(cancellationToken) is not var (untrainedLoss, untrainedValidationLoss))
            {
                return Finish(StopReason.Cancelled);
            }

            onEpoch(new(0, untrainedLoss, untrainedValidationLoss, 0, 0), this);
        }

        while (_epoch < spec.Epochs && !_stopping.ShouldStop(_epoch))
        {
            if (TrainEpoch(cancellationToken) is not var (trainLoss, validationLoss))
            {
                return Finish(StopReason.Cancelled);
            }

            _epoch++;
            if (_stopping.Observe(_epoch, validationLoss))
            {
                _bestWeights = engine.Save().Weights;
            }

            onEpoch(new(_epoch, trainLoss, validationLoss, _schedule.LastRateOf(_epoch), Seconds), this);
            if (!double.IsFinite(trainLoss) || !double.IsFinite(validationLoss))
            {
                return Finish(StopReason.Diverged);
            }
        }

        return Finish(_stopping.ShouldStop(_epoch) ? StopReason.Patience : StopReason.MaxEpochs);
    }

    /// <summary>Returns the state from which training can resume after the last epoch.</summary>
    public TrainerState Save() => new(_epoch, Seconds, engine.Save(), _patienceFrom, _stopping.BestEpoch, _stopping.BestLoss, _bestWeights);

    /// <summary>Continues from a saved state: every later epoch equals that of an uninterrupted training bit for bit.</summary>
    /// <exception cref="ArgumentException">The state belongs to another network or optimiser.</exception>
    public void Resume(TrainerState state)
    {
        if (state.BestWeights.Length != _bestWeights.Length)
        {
            throw new ArgumentException("The state belongs to another network.", nameof(state));
        }

        engine.Load(state.Network);
        _resumed = true;
        _stopping.Resume(state.BestEpoch, state.BestLoss, state.PatienceFrom);
        (_epoch, _secondsBefore, _patienceFrom, _bestWeights) = (state.Epoch, state.Seconds, state.PatienceFrom, state.BestWeights);
    }

    private TrainingResult Finish(StopReason reason) => new(reason, _epoch, _stopping.BestEpoch, _stopping.BestLoss, _bestWeights);

    /// <returns>Both losses in their own unit; null when training was cancelled.</returns>
    private (double Train, double Validation)? MeasureUntrained(CancellationToken cancellationToken)
    {
        try
        {
            return (LossOf(train, new float[train.Rows * engine.Outputs], cancellationToken),
                LossOf(validation, _outputs, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>Both losses in their own unit; null when training was cancelled.</returns>
    private (double Train, double Validation)? TrainEpoch(CancellationToken cancellationToken)
    {
        var epoch = _epoch + 1;
        Shuffle(epoch);
        try
        {
            var trainLoss = lossScale * engine.TrainEpoch(train, _order, batch => _schedule.RateOf(epoch, batch), cancellationToken);
            return (trainLoss, LossOf(validation, _outputs, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The order of an epoch depends only on the seed and the epoch, not on earlier epochs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shuffle(int epoch)
    {
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        new RandomStream(spec.Seed, RandomPurpose.RowOrder, epoch).Shuffle(_order);
    }

    private double LossOf(EncodedRows rows, float[] outputs, CancellationToken cancellationToken)
    {
        engine.Predict(rows, outputs, cancellationToken);
        return lossScale * Loss.Mean(spec.Loss, outputs, rows);
    }
}
