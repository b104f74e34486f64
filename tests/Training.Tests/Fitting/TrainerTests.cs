using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;

namespace Velodrome.Training.Tests.Fitting;

public class TrainerTests
{
    private static readonly EncodedRows Train = new(new float[20], new float[20], null, 20, 1);
    private static readonly EncodedRows Validation = new(new float[3], new float[3], null, 3, 1);

    [Theory]
    [InlineData(new[] { 4f, 3, 2, 1 }, StopReason.MaxEpochs, 4, 4)]
    [InlineData(new[] { 4f, 2, 3, 3 }, StopReason.Patience, 4, 2)]
    [InlineData(new[] { 4f, 2, 3, 1 }, StopReason.MaxEpochs, 4, 4)]
    [InlineData(new[] { 4f, 2, float.NaN, 1 }, StopReason.Diverged, 3, 2)]
    [InlineData(new[] { float.PositiveInfinity, 2, 3, 1 }, StopReason.Diverged, 1, 0)]
    public void The_trainer_keeps_the_weights_of_the_best_epoch_and_reports_its_stop_reason(
        float[] validationLosses, StopReason reason, int stoppedEpoch, int bestEpoch)
    {
        var engine = new ScriptedEngine(validationLosses);

        var result = Sample.Trainer(engine, Train, Validation, Sample.Spec(epochs: 4), new() { Patience = 2 }, 1)
            .Fit((_, _) => { }, default);

        Assert.Equal((reason, stoppedEpoch, bestEpoch), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
        Assert.Equal([bestEpoch], result.BestWeights);
        Assert.Equal(bestEpoch == 0 ? double.PositiveInfinity : validationLosses[bestEpoch - 1], result.BestLoss, 1e-6);
    }

    [Fact]
    public void A_training_loss_that_is_not_finite_ends_training_too()
    {
        var engine = new ScriptedEngine([3, 2, 1]) { TrainLosses = [3, double.NaN, 1] };

        var result = Sample.Trainer(engine, Train, Validation, Sample.Spec(epochs: 3), null, 1).Fit((_, _) => { }, default);

        Assert.Equal((StopReason.Diverged, 2), (result.StopReason, result.StoppedEpoch));
    }

    [Fact]
    public void Every_epoch_is_reported_in_the_unit_of_the_loss_starting_with_the_untrained_network()
    {
        var history = new List<EpochMetrics>();
        var bestSoFar = new List<(int, double)>();

        var trainer = Sample.Trainer(new ScriptedEngine([4, 9, 1]), Train, Validation, Sample.Spec(epochs: 3), null, lossScale: 10);
        trainer.Fit((epoch, current) =>
        {
            history.Add(epoch);
            bestSoFar.Add((current.BestEpoch, current.BestLoss));
        }, default);

        Assert.Equal([(0, 250, 250, 0), (1, 70, 40, 0.01), (2, 70, 90, 0.01), (3, 70, 10, 0.01)],
            history.Select(epoch => (epoch.Epoch, epoch.TrainLoss, epoch.ValidationLoss, epoch.LearningRate)));
        Assert.Equal([(0, double.PositiveInfinity), (1, 40), (1, 40), (3, 10)], bestSoFar);
    }

    [Fact]
    public void Every_epoch_trains_all_rows_once_in_its_own_order()
    {
        var engine = new ScriptedEngine(Enumerable.Repeat(1f, 6));

        Sample.Trainer(engine, Train, Validation, Sample.Spec(epochs: 6), null, 1).Fit((_, _) => { }, default);

        Assert.Equal(6, engine.Orders.Select(order => string.Join(' ', order)).Distinct().Count());
        Assert.All(engine.Orders, order => Assert.Equal(Sample.Indices(20), order.Order()));
    }

    [Fact]
    public void The_order_of_an_epoch_depends_only_on_seed_and_epoch()
    {
        int[][] OrdersOf(int seed, int epochs)
        {
            var engine = new ScriptedEngine(Enumerable.Repeat(1f, epochs));
            Sample.Trainer(engine, Train, Validation, Sample.Spec(epochs: epochs) with { Seed = seed }, null, 1)
                .Fit((_, _) => { }, default);
            return [.. engine.Orders];
        }

        Assert.Equal(OrdersOf(seed: 1, epochs: 5)[..3], OrdersOf(seed: 1, epochs: 3));
        Assert.NotEqual(OrdersOf(seed: 1, epochs: 3)[0], OrdersOf(seed: 2, epochs: 3)[0]);
    }

    [Fact]
    public void Training_cancelled_between_epochs_returns_the_best_weights_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        var epochs = new List<int>();
        var trainer = Sample.Trainer(new ScriptedEngine([4, 2, 3, 1, 1, 1]), Train, Validation, Sample.Spec(epochs: 6), null, 1);

        var result = trainer.Fit((epoch, _) =>
        {
            epochs.Add(epoch.Epoch);
            if (epoch.Epoch == 3)
            {
                cancellation.Cancel();
            }
        }, cancellation.Token);

        Assert.Equal([0, 1, 2, 3], epochs);
        Assert.Equal((StopReason.Cancelled, 3, 2), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
        Assert.Equal(2, result.BestLoss, 1e-6);
        Assert.Equal([2], result.BestWeights);
    }

    [Fact]
    public void Training_cancelled_within_an_epoch_ignores_that_epoch()
    {
        using var cancellation = new CancellationTokenSource();
        var history = new List<int>();
        var engine = new ScriptedEngine([4, 2, 3, 0.1f, 0.1f]) { InEpoch = epoch => CancelIf(epoch == 4, cancellation) };
        var trainer = Sample.Trainer(engine, Train, Validation, Sample.Spec(epochs: 5), null, 1);

        var result = trainer.Fit((epoch, _) => history.Add(epoch.Epoch), cancellation.Token);

        Assert.Equal([0, 1, 2, 3], history);
        Assert.Equal((StopReason.Cancelled, 3, 2), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
        Assert.Equal([2], result.BestWeights);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 4)]
    public void Training_cancelled_while_an_epoch_is_measured_ignores_that_epoch(int measured, int kept)
    {
        using var cancellation = new CancellationTokenSource();
        var history = new List<int>();
        var engine = new ScriptedEngine([4, 2, 3, 0.1f, 0.1f])
        {
            InPrediction = epoch =>
            {
                if (epoch == measured)
                {
                    cancellation.Cancel();
                }
            },
        };
        var trainer = Sample.Trainer(engine, Train, Validation, Sample.Spec(epochs: 5), null, 1);

        var result = trainer.Fit((epoch, _) => history.Add(epoch.Epoch), cancellation.Token);

        Assert.Equal(Sample.Indices(kept), history);
        Assert.Equal(StopReason.Cancelled, result.StopReason);
        Assert.Equal([measured == 0 ? 0 : 2], result.BestWeights);
    }

    [Fact]
    public void Training_cancelled_before_its_first_epoch_returns_the_untrained_weights()
    {
        var trainer = Sample.Trainer(new ScriptedEngine([1]), Train, Validation, Sample.Spec(epochs: 1), null, 1);

        var result = trainer.Fit((_, _) => { }, new CancellationToken(canceled: true));

        Assert.Equal((StopReason.Cancelled, 0, 0), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
        Assert.Equal([0], result.BestWeights);
    }

    [Fact]
    public void A_cancellation_that_was_not_requested_is_an_exception()
    {
        var engine = new ScriptedEngine([1, 1]) { InEpoch = _ => throw new OperationCanceledException("Of another token.") };
        var trainer = Sample.Trainer(engine, Train, Validation, Sample.Spec(epochs: 2), null, 1);

        Assert.Throws<OperationCanceledException>(() => trainer.Fit((_, _) => { }, default));
    }

    [Fact]
    public void Resumed_training_continues_with_the_next_epoch_and_the_earlier_best_weights()
    {
        float[] losses = [4, 2, 3, 3, 3];
        var states = Checkpoints(losses, patience: null);
        var history = new List<int>();
        var engine = new ScriptedEngine(losses);
        var trainer = Sample.Trainer(engine, Train, Validation, Sample.Spec(epochs: 5), null, 1);
        trainer.Resume(states[3]);
        Assert.Equal((2, 2.0), (trainer.BestEpoch, Math.Round(trainer.BestLoss, 6)));

        var result = trainer.Fit((epoch, _) => history.Add(epoch.Epoch), default);

        Assert.Equal([4, 5], history);
        Assert.Equal((StopReason.MaxEpochs, 5, 2), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
        Assert.Equal([2], result.BestWeights);
    }

    [Fact]
    public void Resumed_training_ends_immediately_if_patience_had_run_out()
    {
        var state = Checkpoints([4, 2, 3, 3, 1, 1, 1, 1], patience: 2)[4];
        Assert.Equal((4, 2, 0), (state.Epoch, state.BestEpoch, state.PatienceFrom));

        var (result, epochs) = Resumed(state);

        Assert.Empty(epochs);
        Assert.Equal((StopReason.Patience, 4, 2), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
        Assert.Equal([2], result.BestWeights);
    }

    [Fact]
    public void Resumed_training_with_restarted_patience_continues_and_saves_the_restart()
    {
        var state = Checkpoints([4, 2, 3, 3, 1, 1, 1, 1], patience: 2)[4] with { PatienceFrom = 4 };

        var (result, epochs) = Resumed(state, [4, 2, 3, 3, 2.5f, 2.5f, 1, 1]);

        Assert.Equal([5, 6], epochs.Select(epoch => epoch.Epoch));
        Assert.Equal((StopReason.Patience, 6, 2), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
        Assert.All(epochs, epoch => Assert.Equal(
            (epoch.Epoch, 4, 2), (epoch.Saved.Epoch, epoch.Saved.PatienceFrom, epoch.Saved.BestEpoch)));

        (result, epochs) = Resumed(state, [4, 2, 3, 3, 3, 1, 3, 3]);

        Assert.Equal([5, 6, 7, 8], epochs.Select(epoch => epoch.Epoch));
        Assert.Equal((StopReason.Patience, 8, 6), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
    }

    [Fact]
    public void Training_resumed_after_its_last_epoch_ends_immediately()
    {
        var (result, epochs) = Resumed(Checkpoints([4, 2, 3, 3, 1, 1, 1, 1], patience: null)[8], patience: null);

        Assert.Empty(epochs);
        Assert.Equal((StopReason.MaxEpochs, 8, 5), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
    }

    /// <summary>A run that was interrupted in its first epoch resumes from the checkpoint before it.</summary>
    [Fact]
    public void Training_resumed_at_epoch_0_does_not_report_the_untrained_network_again()
    {
        var (result, epochs) = Resumed(Checkpoints([4, 2, 3, 3, 1, 1, 1, 1], patience: null)[0], patience: null);

        Assert.Equal(Enumerable.Range(1, 8), epochs.Select(epoch => epoch.Epoch));
        Assert.Equal((StopReason.MaxEpochs, 8, 5), (result.StopReason, result.StoppedEpoch, result.BestEpoch));
    }

    private static (TrainingResult Result, List<(int Epoch, TrainerState Saved)> Epochs) Resumed(
        TrainerState state, float[]? losses = null, int? patience = 2)
    {
        var epochs = new List<(int, TrainerState)>();
        var engine = new ScriptedEngine(losses ?? [4, 2, 3, 3, 1, 1, 1, 1]);
        var trainer = Sample.Trainer(engine, Train, Validation, Sample.Spec(epochs: 8), Patience(patience), 1);
        trainer.Resume(state);
        return (trainer.Fit((epoch, current) => epochs.Add((epoch.Epoch, current.Save())), default), epochs);
    }

    /// <summary>The states after every epoch, epoch 0 first.</summary>
    private static List<TrainerState> Checkpoints(float[] losses, int? patience)
    {
        var states = new List<TrainerState>();
        Sample.Trainer(new ScriptedEngine(losses), Train, Validation, Sample.Spec(epochs: losses.Length), Patience(patience), 1)
            .Fit((_, current) => states.Add(current.Save()), default);
        return states;
    }

    private static EarlyStoppingOptions? Patience(int? epochs) => epochs is null ? null : new() { Patience = epochs.Value };

    private static void CancelIf(bool now, CancellationTokenSource cancellation)
    {
        if (now)
        {
            cancellation.Cancel();
            throw new OperationCanceledException(cancellation.Token);
        }
    }

    /// <summary>An engine whose only weight is the number of epochs trained. Outputs are the root of the scripted loss; before the first
    /// epoch they are 5.</summary>
    private sealed class ScriptedEngine(IEnumerable<float> validationLosses) : IEngine
    {
        private readonly float[] _losses = [25, .. validationLosses];
        private int _epoch;

        public double[]? TrainLosses { get; init; }

        public List<int[]> Orders { get; } = [];

        /// <summary>Called in the middle of an epoch, after the weight has changed.</summary>
        public Action<int>? InEpoch { get; init; }

        public int Outputs => 1;

        public double TrainEpoch(
            EncodedRows train, ReadOnlySpan<int> order, Func<int, double> learningRateOf, CancellationToken cancellationToken,
            Span<float> outputs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Orders.Add(order.ToArray());
            _epoch++;
            InEpoch?.Invoke(_epoch);
            return TrainLosses?[_epoch - 1] ?? 7;
        }

        /// <summary>Called in every prediction.</summary>
        public Action<int>? InPrediction { get; init; }

        public void Predict(EncodedRows rows, Span<float> outputs, CancellationToken cancellationToken)
        {
            InPrediction?.Invoke(_epoch);
            cancellationToken.ThrowIfCancellationRequested();
            outputs.Fill(MathF.Sqrt(_losses[_epoch]));
        }

        public NetworkState Save() => new([_epoch], [], _epoch);

        public void Load(NetworkState state) => _epoch = (int)state.Weights[0];

        public void Dispose() { }
    }
}
