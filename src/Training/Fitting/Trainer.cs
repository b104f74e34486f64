using System.Diagnostics;
using Velodrome.Training.Encoding;

namespace Velodrome.Training.Fitting;

/// <summary>The training loop: train an epoch, measure it on the validation rows, report it, decide whether to stop.</summary>
/// <param name="ensemble">The networks to train.</param>
/// <param name="train">Encoded training rows.</param>
/// <param name="validation">Encoded validation rows.</param>
/// <param name="spec">Epochs, learning rate and its schedule, loss and seed.</param>
/// <param name="earlyStopping">When to stop early; null for never.</param>
/// <param name="lossScale">Factor from standardised losses to the loss's own unit, see <see cref="TargetEncoding.LossScale"/>.</param>
public sealed class Trainer(
    Ensemble ensemble, EncodedRows train, EncodedRows validation, TrainingSpec spec, EarlyStoppingOptions? earlyStopping, double lossScale)
{
    private readonly EarlyStopping _stopping = new(earlyStopping);
    private readonly LearningRateSchedule _schedule = new(spec, train.Rows);
    private readonly Stopwatch _stopwatch = new();
    private float[] _bestWeights = ensemble.Save().Weights;
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
            if (Measure(() => ensemble.Measure(train, cancellationToken), cancellationToken) is not { } untrained)
            {
                return Finish(StopReason.Cancelled);
            }

            onEpoch(untrained, this);
        }

        while (_epoch < spec.Epochs && !_stopping.ShouldStop(_epoch))
        {
            var next = _epoch + 1;
            double RateOf(int batch) => _schedule.RateOf(next, batch);
            if (Measure(() => ensemble.TrainEpoch(train, next, RateOf, cancellationToken), cancellationToken) is not { } losses)
            {
                return Finish(StopReason.Cancelled);
            }

            _epoch = next;
            if (_stopping.Observe(_epoch, losses.ValidationLoss))
            {
                _bestWeights = ensemble.Save().Weights;
            }

            onEpoch(losses with { Epoch = _epoch, LearningRate = _schedule.LastRateOf(_epoch), Seconds = Seconds }, this);
            if (!double.IsFinite(losses.TrainLoss) || !double.IsFinite(losses.ValidationLoss))
            {
                return Finish(StopReason.Diverged);
            }
        }

        return Finish(_stopping.ShouldStop(_epoch) ? StopReason.Patience : StopReason.MaxEpochs);
    }

    /// <summary>Returns the state from which training can resume after the last epoch.</summary>
    public TrainerState Save() =>
        new(_epoch, Seconds, ensemble.Save(), _patienceFrom, _stopping.BestEpoch, _stopping.BestLoss, _bestWeights);

    /// <summary>Continues from a saved state: every later epoch equals that of an uninterrupted training bit for bit.</summary>
    /// <exception cref="ArgumentException">The state belongs to another network or optimiser.</exception>
    public void Resume(TrainerState state)
    {
        if (state.BestWeights.Length != _bestWeights.Length)
        {
            throw new ArgumentException("The state belongs to another network.", nameof(state));
        }

        ensemble.Load(state.Network);
        _resumed = true;
        _stopping.Resume(state.BestEpoch, state.BestLoss, state.PatienceFrom);
        (_epoch, _secondsBefore, _patienceFrom, _bestWeights) = (state.Epoch, state.Seconds, state.PatienceFrom, state.BestWeights);
    }

    private TrainingResult Finish(StopReason reason) => new(reason, _epoch, _stopping.BestEpoch, _stopping.BestLoss, _bestWeights);

    /// <summary>Measures the training rows, and then the validation rows.</summary>
    /// <returns>The losses in their own unit, as epoch 0; null when training was cancelled.</returns>
    private EpochMetrics? Measure(Func<EnsembleLosses> measureTraining, CancellationToken cancellationToken)
    {
        try
        {
            var (trainLosses, validationLosses) = (measureTraining(), ensemble.Measure(validation, cancellationToken));
            return new(
                0, lossScale * trainLosses.OfAverage, lossScale * validationLosses.OfAverage, LearningRate: 0, Seconds: 0,
                trainLosses.OfMembers?.Zip(validationLosses.OfMembers!, (trainLoss, validationLoss) =>
                    new MemberLosses(lossScale * trainLoss, lossScale * validationLoss)).ToArray());
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
