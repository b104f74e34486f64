using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;

namespace Velodrome.Training.Tests.Runs;

public sealed class RunMemoryTests
{
    private static readonly RunMemory Small = new(
        Inputs: 10, PlainInputs: 10, Outputs: 1, TrainRows: 100, ValidationRows: 20, TestRows: 0, TableBytes: 10_560,
        Engine: EngineKind.Simd,
        Training: new() { Epochs = 1, BatchSize = 32, Optimizer = OptimizerKind.Adam, LearningRate = 0.001, Loss = LossKind.Mse });

    [Fact]
    public void Sizes_beyond_32_bits_do_not_overflow()
    {
        var wide = Small with { Inputs = 10_000_000 };

        Assert.Equal(10_000_001L * 4096 + 4097, wide.Parameters([4096]));
        Assert.InRange(wide.Estimate([4096]), 16L * wide.Parameters([4096]), long.MaxValue);
        var many = Small with { TrainRows = int.MaxValue, Inputs = 1_000_000 };
        Assert.InRange(many.Estimate([]), 4L * int.MaxValue * 1_000_000, long.MaxValue);
    }

    [Fact]
    public void More_of_anything_needs_more_memory()
    {
        var before = Small.Estimate([16]);

        Assert.All(
            [
                Small with { Inputs = 1000 }, Small with { PlainInputs = 100 },
                Small with { Outputs = 100 }, Small with { TrainRows = 10_000 },
                Small with { TableBytes = 800_000 },
            ],
            larger => Assert.True(larger.Estimate([16]) > before));
        Assert.True(Small.Estimate([16, 16]) > before);
    }

    [Theory]
    [InlineData(10_000_000, new[] { 4096 })]
    [InlineData(50_000, new[] { 4096, 4096 })]
    public void A_network_that_has_no_place_in_an_array_is_refused_whatever_memory_there_is(int inputs, int[] hidden)
    {
        var refused = Assert.Throws<RefusedException>(() =>
            RunMemoryLimit.Check(Small with { Inputs = inputs }, hidden, long.MaxValue));

        Assert.Equal("networkTooLarge", refused.Faults[0].Code);
        Assert.Contains("one of its arrays would have", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_of_a_checkpoint_is_no_limit() =>
        RunMemoryLimit.Check(Small, [4096, 4096, 4096, 4096, 4096], long.MaxValue); // 1.07 GB, more than a row can hold

    [Fact]
    public void Without_hidden_layers_the_advice_is_about_rows_and_columns() => Assert.Contains("batchSize",
        Assert.Throws<RefusedException>(() => RunMemoryLimit.Check(Small, [], maxBytes: 1000)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(OptimizerKind.Adam, 32, 200, new[] { 300, 200 })]
    [InlineData(OptimizerKind.Sgd, 512, 20, new[] { 64, 64, 64 })]
    [InlineData(OptimizerKind.RmsProp, 4096, 10, new[] { 128 })]
    [InlineData(OptimizerKind.Adam, 1, 1000, new[] { 100 })]
    public void The_engine_simd_allocates_what_is_estimated(OptimizerKind optimizer, int batchSize, int inputs, int[] hidden)
    {
        var training = Small.Training with { Optimizer = optimizer, BatchSize = batchSize };
        var memory = Small with { Inputs = inputs, TrainRows = 5000, ValidationRows = 100, Training = training };
        var shape = new NetworkShape(inputs, hidden, outputs: 1);
        var rows = new EncodedRows(new float[5000 * inputs], new float[5000], null, 5000, inputs);
        var weights = new float[shape.Parameters];
        int[] order = [.. Enumerable.Range(0, 2 * batchSize > 5000 ? 5000 : 2 * batchSize)];
        var before = GC.GetAllocatedBytesForCurrentThread();

        using var engine = new SimdEngine(shape, new() { Hidden = hidden }, training, weights);
        engine.TrainEpoch(rows, order, 0.001, CancellationToken.None);

        var state = engine.Save(); // the constructor has made one too
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before - 2L * sizeof(float) * weights.Length * (1 + state.Moments.Count);
        Assert.InRange(memory.EngineBytes(hidden), allocated, 3 * allocated + 500_000); // one thread keeps half of a large batch
    }

    [Fact]
    public void The_estimate_is_the_sum_of_its_arrays()
    {
        const long Parameters = 10 * 32 + 32 + 32 * 32 + 32 + 32 + 1;
        const long Engine = 5 * (11 * 32L + 33 * 32 + 33 * 32); // not more than this, with padding of 32

        var estimate = Small.Estimate([32, 32]);

        // Adam: five states of weights and two moments, the best weights, and a checkpoint of four arrays.
        var copies = sizeof(float) * (5 * 3 + 1 + 4) * Parameters;
        Assert.Equal(Parameters, Small.Parameters([32, 32]));
        Assert.InRange(estimate, copies + 10_560, copies + 10_560 + sizeof(float) * Engine * 4 + 200_000);
    }
}
