using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines.Simd.Layers;

/// <summary>A cancelled step ends between two layers, and between two blocks of weights.</summary>
public sealed class CancellationTests : IDisposable
{
    private const int Layers = 4;

    private readonly CancellationTokenSource _cancellation = new();
    private readonly List<string> _calls = [];
    private readonly Batch _batch = new(outputs: 1);
    private readonly Propagation<Lanes8> _propagation;
    private readonly WeightUpdates<Lanes8> _updates;

    /// <summary>The call after which the step is cancelled.</summary>
    private string? _cancelAfter;

    public CancellationTests()
    {
        ILayer<Lanes8>[] layers = [.. Sample.Indices(Layers).Select(number => new FakeLayer(number, OnCall))];
        _propagation = new(new NetworkShape(1, [1, 1, 1], 1), new(), Sample.Spec(), layers, _batch);
        _updates = new(layers, new(Sample.Spec()), hasHalves: true, team: null);
        _batch.Begin(Sample.Rows(1, 1, seed: 1), 1, _cancellation.Token);
        _propagation.Begin(0, 1);
    }

    [Theory]
    [InlineData(null, 7)]
    [InlineData("forward 0", 1)]
    [InlineData("forward 2", 3)]
    [InlineData("backward 3", 5)]
    [InlineData("backward 2", 6)]
    public void A_chunk_of_rows_goes_through_no_layer_after_the_cancellation(string? cancelAfter, int calls)
    {
        _cancelAfter = cancelAfter;
        var scratch = new float[1024];

        _propagation.ForwardAndBackward(0, 0, ref scratch[0]);

        Assert.Equal(calls, _calls.Count);
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData("forward 1", 2)]
    public void A_prediction_goes_through_no_layer_after_the_cancellation(string? cancelAfter, int calls)
    {
        _cancelAfter = cancelAfter;

        _propagation.Forward(0);

        Assert.Equal(calls, _calls.Count);
    }

    [Theory]
    [InlineData(null, 12)]
    [InlineData("accumulate 1", 2)]
    [InlineData("update 2", 11)]
    public void No_block_of_weights_is_accumulated_or_updated_after_the_cancellation(string? cancelAfter, int calls)
    {
        _cancelAfter = cancelAfter;
        var scratch = new float[1024];
        _updates.Begin(halves: 2, _cancellation.Token);

        foreach (var block in Enumerable.Range(0, 2 * Layers))
        {
            _updates.AccumulateGradients(block % Layers, _propagation, ref scratch[0]);
        }

        _updates.ApplyUpdates(fromLast: false);

        Assert.Equal(calls, _calls.Count);
    }

    public void Dispose() => _cancellation.Dispose();

    private void OnCall(string call)
    {
        _calls.Add(call);
        if (call == _cancelAfter)
        {
            _cancellation.Cancel();
        }
    }

    /// <summary>Computes nothing, and reports each call.</summary>
    private sealed class FakeLayer(int number, Action<string> onCall) : ILayer<Lanes8>
    {
        public int OutputWidth => Lanes8.Width;

        public int Blocks => 1;

        public int GradientLength => Lanes8.Width;

        public void Forward(PanelMatrix<Lanes8> inputs, PanelMatrix<Lanes8> outputs, int chunk, int rows) => onCall($"forward {number}");

        public void Backward(
            PanelMatrix<Lanes8> outputGradients, PanelMatrix<Lanes8> inputGradients, int chunk, int rows, ref float scratch) =>
            onCall($"backward {number}");

        public void AccumulateGradients(
            PanelMatrix<Lanes8> inputs, PanelMatrix<Lanes8> outputGradients, int rows, int block, ref float gradients) =>
            onCall($"accumulate {number}");

        public void ApplyUpdate(int block, Optimizer<Lanes8> optimizer, ref float gradients) => onCall($"update {number}");

        public void Save(int moment, Span<float> flat) => throw new NotSupportedException();

        public void Load(int moment, ReadOnlySpan<float> flat) => throw new NotSupportedException();
    }
}
