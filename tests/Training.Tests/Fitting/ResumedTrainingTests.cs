using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Fitting;

/// <summary>Trains 3 epochs, saves and loads the state, and trains 47 more: the result equals 50 epochs bit for bit.</summary>
public class ResumedTrainingTests
{
    private static readonly NetworkOptions Network = new() { Hidden = [6, 5], Dropout = 0.3 };

    public static IEnumerable<object?[]> OptimizersLossesAndPatience =>
        from optimizer in new (OptimizerKind Kind, double? Momentum)[]
        {
            (OptimizerKind.Adam, null), (OptimizerKind.AdamW, null), (OptimizerKind.RmsProp, null),
            (OptimizerKind.Sgd, 0.0), (OptimizerKind.Sgd, 0.9),
        }
        from loss in new[] { LossKind.Mse, LossKind.CrossEntropy }
        from patience in new int?[] { null, 4 }
        select new object?[] { optimizer.Kind, optimizer.Momentum, loss, patience };

    [Theory]
    [MemberData(nameof(OptimizersLossesAndPatience))]
    public void Three_epochs_continued_by_47_equal_50_bit_for_bit(
        OptimizerKind optimizer, double? momentum, LossKind loss, int? patience)
    {
        var spec = Sample.Spec(optimizer, loss, batch: 9) with { Momentum = momentum, WeightDecay = 0.01, LearningRate = 0.03, Seed = 4 };
        Training Of(int epochs) => new(spec with { Epochs = epochs }, patience);

        using var straight = Of(50);
        using var first = Of(3);
        using var second = Of(50);
        var expected = straight.Fit();
        var head = first.Fit();
        Assert.Equal((StopReason.MaxEpochs, 3), (head.StopReason, head.StoppedEpoch));

        second.Trainer.Resume(SavedBytes.LoadState(first.Trainer.Save().Save()));
        var actual = second.Fit();

        // With patience, it runs out in between.
        Assert.Equal(patience is null ? StopReason.MaxEpochs : StopReason.Patience, expected.StopReason);
        Assert.InRange(expected.StoppedEpoch, 4, patience is null ? 50 : 49);
        Assert.Equal(straight.History, [.. first.History, .. second.History]);
        Assert.Equal(expected with { BestWeights = [] }, actual with { BestWeights = [] });
        Assert.Equal(expected.BestWeights, actual.BestWeights);
        var (one, other) = (straight.Trainer.Save(), second.Trainer.Save());
        Assert.Equal((one with { Seconds = 0 }).Save(), (other with { Seconds = 0 }).Save());
    }

    /// <summary>Interrupted after each epoch in turn.</summary>
    [Theory]
    [InlineData(ScheduleKind.Cosine)]
    [InlineData(ScheduleKind.WarmupCosine)]
    [InlineData(ScheduleKind.Coslog4)]
    public void With_a_schedule_an_interrupted_training_equals_an_uninterrupted_one_bit_for_bit(ScheduleKind schedule)
    {
        var spec = Sample.Spec(OptimizerKind.Adam, batch: 9, epochs: 12) with
        {
            Schedule = schedule,
            WarmupFraction = schedule == ScheduleKind.WarmupCosine ? 0.3 : null,
        };
        using var straight = new Training(spec, patience: null);
        var states = new List<TrainerState>();
        var expected = straight.Fit((_, trainer) => states.Add(trainer.Save()));
        Assert.Equal(13, straight.History.DistinctBy(epoch => epoch.LearningRate).Count());

        for (var epoch = 0; epoch <= 12; epoch++)
        {
            using var resumed = new Training(spec, patience: null);
            resumed.Trainer.Resume(SavedBytes.LoadState(states[epoch].Save()));
            Assert.Equal(expected.BestWeights, resumed.Fit().BestWeights);
            Assert.Equal(straight.History[(epoch + 1)..], resumed.History);
            Assert.Equal(straight.Trainer.Save().Network.Weights, resumed.Trainer.Save().Network.Weights);
        }
    }

    [Fact]
    public void Seconds_continue_from_the_saved_ones()
    {
        using var first = new Training(Sample.Spec(epochs: 3), null);
        first.Fit();
        var state = first.Trainer.Save();
        Assert.True(state.Seconds > 0);

        using var second = new Training(Sample.Spec(epochs: 5), null);
        second.Trainer.Resume(state with { Seconds = 1000 });
        second.Fit();

        Assert.InRange(second.Trainer.Save().Seconds, 1000, 1060);
    }

    [Fact]
    public void An_epoch_that_was_cancelled_half_way_is_trained_again_from_the_state_before_it()
    {
        var spec = Sample.Spec(OptimizerKind.Adam, batch: 9, epochs: 8);
        using var straight = new Training(spec, null);
        var expected = straight.Fit();

        using var cancellation = new CancellationTokenSource();
        using var cancelled = new Training(spec, null, inner => new CancelledHalfWay(inner, epoch: 5, cancellation));
        TrainerState? state = null;
        var result = cancelled.Fit((_, trainer) => state = trainer.Save(), cancellation.Token);
        Assert.Equal((StopReason.Cancelled, 4), (result.StopReason, result.StoppedEpoch));
        Assert.Equal(straight.History[..5], cancelled.History);

        // It keeps the best of the complete epochs; the incomplete one has no effect.
        using var four = new Training(spec with { Epochs = 4 }, null);
        Assert.Equal(four.Fit().BestWeights, result.BestWeights);

        using var resumed = new Training(spec, null);
        resumed.Trainer.Resume(state!);
        Assert.Equal(expected.BestWeights, resumed.Fit().BestWeights);
        Assert.Equal(straight.History[5..], resumed.History);
    }

    [Fact]
    public void A_state_of_another_network_is_refused()
    {
        using var training = new Training(Sample.Spec(OptimizerKind.Adam), null);
        var state = training.Trainer.Save();

        Assert.ThrowsAny<ArgumentException>(
            () => training.Trainer.Resume(state with { Network = state.Network with { Weights = new float[3] } }));
        Assert.ThrowsAny<ArgumentException>(
            () => training.Trainer.Resume(state with { Network = state.Network with { Moments = [] } }));
        Assert.ThrowsAny<ArgumentException>(() => training.Trainer.Resume(state with { BestWeights = new float[3] }));
    }

    /// <summary>Twenty training rows and ten validation rows of pure noise, numbers or three classes, so that early stopping
    /// happens.</summary>
    private sealed class Training : IDisposable
    {
        private readonly IEngine _engine;

        public Training(TrainingSpec spec, int? patience, Func<IEngine, IEngine>? wrap = null)
        {
            var classes = spec.Loss == LossKind.CrossEntropy;
            EncodedRows Rows(int count, int seed) => classes ? Sample.ClassRows(count, 3, 3, seed) : Sample.Rows(count, 3, seed);
            var shape = new NetworkShape(3, Network.Hidden, classes ? 3 : 1);
            var engine = new TorchEngine(shape, Network, spec, InitialWeights.Draw(shape, Network.Activation, spec.Seed));
            _engine = wrap?.Invoke(engine) ?? engine;
            var stopping = patience is null ? null : new EarlyStoppingOptions { Patience = patience.Value };
            Trainer = new(new([_engine], spec), Rows(20, 1), Rows(10, 2), spec, stopping, lossScale: 2.5);
        }

        public Trainer Trainer { get; }

        /// <summary>The epochs, without their seconds.</summary>
        public List<EpochMetrics> History { get; } = [];

        public TrainingResult Fit(Action<EpochMetrics, Trainer>? onEpoch = null, CancellationToken cancellationToken = default) =>
            Trainer.Fit((epoch, trainer) =>
            {
                History.Add(epoch with { Seconds = 0 });
                onEpoch?.Invoke(epoch, trainer);
            }, cancellationToken);

        public void Dispose() => _engine.Dispose();
    }

    /// <summary>Trains the first half of one epoch's rows, and is then cancelled.</summary>
    private sealed class CancelledHalfWay(IEngine inner, int epoch, CancellationTokenSource cancellation) : IEngine
    {
        private int _epoch;

        public int Outputs => inner.Outputs;

        public double TrainEpoch(
            EncodedRows train, ReadOnlySpan<int> order, Func<int, double> learningRateOf, CancellationToken cancellationToken,
            Span<float> outputs)
        {
            if (++_epoch < epoch)
            {
                return inner.TrainEpoch(train, order, learningRateOf, cancellationToken);
            }

            inner.TrainEpoch(train, order[..(order.Length / 2)], learningRateOf, cancellationToken);
            cancellation.Cancel();
            throw new OperationCanceledException(cancellationToken);
        }

        public void Predict(EncodedRows rows, Span<float> outputs, CancellationToken cancellationToken) =>
            inner.Predict(rows, outputs, cancellationToken);

        public NetworkState Save() => inner.Save();

        public void Load(NetworkState state) => inner.Load(state);

        public void Dispose() => inner.Dispose();
    }
}
