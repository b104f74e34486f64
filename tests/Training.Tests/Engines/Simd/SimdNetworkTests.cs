using Velodrome.Training.Encoding;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines.Simd;

public sealed class SimdNetworkTests
{
    private const int BatchSize = 500;

    /// <summary>Ends a test whose threads would otherwise wait for ever.</summary>

    private static readonly NetworkShape Shape = new(30, [200, 130], 1);
    private static readonly EncodedRows Rows = Sample.Rows(BatchSize, 30, seed: 6);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, BatchSize - 1)]
    [InlineData(2, 0)]
    [InlineData(2, BatchSize - 1)]
    public async Task A_step_that_fails_in_either_half_leaves_a_network_that_can_be_loaded_and_disposed(int threads, int failingRow)
    {
        var weights = InitialWeights.Draw(Shape, Activation.Relu, 1);
        var training = Task.Factory.StartNew(() =>
        {
            using var network = Create(threads);

            // The last target is missing. SimdEngine would refuse such rows.
            var rows = Sample.Indices(BatchSize);
            (rows[failingRow], rows[BatchSize - 1]) = (rows[BatchSize - 1], rows[failingRow]);
            var failure = Assert.ThrowsAny<Exception>(() => network.Train(Rows with { Targets = Rows.Targets[..^1] }, rows, 0.001));
            Assert.IsType<IndexOutOfRangeException>(threads > 1 ? failure.InnerException : failure);

            return TrainFrom(weights, network);
        }, TaskCreationOptions.LongRunning);

        var afterFailure = await training.WaitAsync(Wait.Limit);

        using var fresh = Create(threads: 1);
        Assert.Equal(TrainFrom(weights, fresh), afterFailure);
    }

    [Fact]
    public void A_large_step_that_is_cancelled_before_its_work_begins_updates_no_weight()
    {
        // The step asks whether it may use threads after the engine has checked for cancellation, and before its work begins.
        using var cancellation = new CancellationTokenSource();
        var weights = InitialWeights.Draw(Shape, Activation.Relu, 1);
        using var network = new SimdNetwork<Lanes8>(Shape, new(), Sample.Spec(OptimizerKind.Adam, batch: BatchSize), 2, () =>
        {
            cancellation.Cancel();
            return true;
        });
        network.Load(new(weights, [new float[weights.Length], new float[weights.Length]], 0));

        Assert.Throws<OperationCanceledException>(
            () => network.Train(Rows, Sample.Indices(BatchSize), 0.001, [], cancellation.Token));

        Assert.Equal(weights, network.Save().Weights);
        using var fresh = Create(threads: 1);
        Assert.Equal(TrainFrom(weights, fresh), TrainFrom(weights, network));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_large_prediction_that_is_cancelled_gives_no_outputs(int threads)
    {
        using var network = Create(threads);
        var outputs = new float[BatchSize];

        Assert.Throws<OperationCanceledException>(() => network.Predict(Rows, outputs, new CancellationToken(canceled: true)));

        Assert.All(outputs, output => Assert.Equal(0, output));
    }

    private static SimdNetwork<Lanes8> Create(int threads) =>
        new(Shape, new(), Sample.Spec(OptimizerKind.Adam, batch: BatchSize), threads, mayUseThreads: () => true);

    private static float[] TrainFrom(float[] weights, SimdNetwork<Lanes8> network)
    {
        network.Load(new(weights, [new float[weights.Length], new float[weights.Length]], 0));
        for (var step = 0; step < 3; step++)
        {
            network.Train(Rows, Sample.Indices(BatchSize), 0.001);
        }

        return network.Save().Weights;
    }
}
