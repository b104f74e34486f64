using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;

namespace Velodrome.Training.Tests.Fitting;

public class TrainerTests
{
    private static readonly EncodedRows Train = new(new float[20], new float[20], 20, 1);
    private static readonly EncodedRows Validation = new(new float[3], new float[3], 3, 1);

    [Theory]
    [InlineData(new[] { 4f, 3, 2, 1 }, StopReason.MaxEpochs, 4, 4)]
    [InlineData(new[] { 4f, 2, 3, 3 }, StopReason.Patience, 4, 2)]
    [InlineData(new[] { 4f, 2, 3, 1 }, StopReason.MaxEpochs, 4, 4)]
    [InlineData(new[] { 4f, 2, float.NaN, 1 }, StopReason.Diverged, 3, 2)]
    [InlineData(new[] { float.PositiveInfinity, 2, 3, 1 }, StopReason.Diverged, 1, 0)]
    public void Keeps_the_best_epochs_weights_and_says_why_it_ended(float[] validationLosses, StopReason reason, int stoppedEpoch, int bestEpoch)
    {
        var engine = new ScriptedEngine(validationLosses);

        var fit = new Trainer(engine, Train, Validation, Sample.Spec(epochs: 4), new() { Patience = 2 }, 1).Fit((_, _) => { }, default);

        Assert.Equal((reason, stoppedEpoch, bestEpoch), (fit.StopReason, fit.StoppedEpoch, fit.BestEpoch));
        Assert.Equal([bestEpoch], fit.BestWeights);
        Assert.Equal(bestEpoch == 0 ? double.PositiveInfinity : validationLosses[bestEpoch - 1], fit.BestLoss, 1e-6);
    }

    [Fact]
    public void A_training_loss_that_is_not_finite_ends_the_run_too()
    {
        var engine = new ScriptedEngine([3, 2, 1]) { TrainLosses = [3, double.NaN, 1] };

        var fit = new Trainer(engine, Train, Validation, Sample.Spec(epochs: 3), null, 1).Fit((_, _) => { }, default);

        Assert.Equal((StopReason.Diverged, 2), (fit.StopReason, fit.StoppedEpoch));
    }

    [Fact]
    public void Every_epoch_is_reported_in_the_losss_own_units_the_untrained_network_first()
    {
        var history = new List<EpochMetrics>();
        var known = new List<(int, double)>();

        new Trainer(new ScriptedEngine([4, 9, 1]), Train, Validation, Sample.Spec(epochs: 3), null, lossScale: 10).Fit((epoch, stopping) =>
        {
            history.Add(epoch);
            known.Add((stopping.BestEpoch, stopping.BestLoss));
        }, default);

        Assert.Equal([(0, 250, 250, 0), (1, 70, 40, 0.01), (2, 70, 90, 0.01), (3, 70, 10, 0.01)],
            history.Select(epoch => (epoch.Epoch, epoch.TrainLoss, epoch.ValidationLoss, epoch.LearningRate)));
        Assert.Equal([(0, double.PositiveInfinity), (1, 40), (1, 40), (3, 10)], known);
    }

    [Fact]
    public void Every_epoch_trains_all_rows_once_in_an_order_of_its_own()
    {
        var engine = new ScriptedEngine(Enumerable.Repeat(1f, 6));

        new Trainer(engine, Train, Validation, Sample.Spec(epochs: 6), null, 1).Fit((_, _) => { }, default);

        Assert.Equal(6, engine.Orders.Select(order => string.Join(' ', order)).Distinct().Count());
        Assert.All(engine.Orders, order => Assert.Equal(Sample.Upto(20), order.Order()));
    }

    [Fact]
    public void The_order_of_an_epoch_depends_on_seed_and_epoch_alone()
    {
        int[][] OrdersOf(int seed, int epochs)
        {
            var engine = new ScriptedEngine(Enumerable.Repeat(1f, epochs));
            new Trainer(engine, Train, Validation, Sample.Spec(epochs: epochs) with { Seed = seed }, null, 1).Fit((_, _) => { }, default);
            return [.. engine.Orders];
        }

        Assert.Equal(OrdersOf(seed: 1, epochs: 5)[..3], OrdersOf(seed: 1, epochs: 3));
        Assert.NotEqual(OrdersOf(seed: 1, epochs: 3)[0], OrdersOf(seed: 2, epochs: 3)[0]);
    }

    [Fact]
    public void Cancelling_in_an_epoch_ends_with_the_next_batch()
    {
        using var asked = new CancellationTokenSource();
        var epochs = 0;

        var trainer = new Trainer(new ScriptedEngine(Enumerable.Repeat(1f, 9)), Train, Validation, Sample.Spec(epochs: 9), null, 1);

        Assert.Throws<OperationCanceledException>(() => trainer.Fit((epoch, _) =>
        {
            epochs = epoch.Epoch;
            if (epoch.Epoch == 3)
            {
                asked.Cancel();
            }
        }, asked.Token));
        Assert.Equal(3, epochs);
    }

    /// <summary>Its only weight is the number of epochs trained; before the first, every output is 5, later the root of the scripted loss.</summary>
    private sealed class ScriptedEngine(IEnumerable<float> validationLosses) : IEngine
    {
        private readonly float[] _losses = [25, .. validationLosses];
        private int _epoch;

        public double[]? TrainLosses { get; init; }

        public List<int[]> Orders { get; } = [];

        public double TrainEpoch(EncodedRows train, ReadOnlySpan<int> order, double learningRate, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            Orders.Add(order.ToArray());
            _epoch++;
            return TrainLosses?[_epoch - 1] ?? 7;
        }

        public void Predict(EncodedRows rows, Span<float> outputs) => outputs.Fill(MathF.Sqrt(_losses[_epoch]));

        public NetworkState Save() => new([_epoch], [], _epoch);

        public void Load(NetworkState state) => throw new NotSupportedException();

        public void Dispose() { }
    }
}
