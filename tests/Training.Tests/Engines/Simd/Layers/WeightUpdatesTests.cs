using System.Runtime.CompilerServices;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Threads;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines.Simd.Layers;

public sealed class WeightUpdatesTests
{
    /// <summary>Ends a test whose threads would otherwise wait for ever.</summary>

    [Fact]
    public async Task A_half_does_not_wait_for_gradients_that_the_other_half_failed_to_accumulate()
    {
        using var secondHalfIsHere = new ManualResetEventSlim();
        float[][] scratch = [new float[Lanes8.Width], new float[Lanes8.Width]];
        var layer = new FakeLayer(isSecondHalf =>
        {
            if (isSecondHalf)
            {
                secondHalfIsHere.Set();
                return;
            }

            // The first half fails when the second is about to wait for it.
            Assert.True(secondHalfIsHere.Wait(Wait.Limit), "The second half did not come.");
            throw new ArithmeticException("The gradients failed.");
        }, scratch);
        var spec = Sample.Spec();
        var half = new Propagation<Lanes8>(new(1, [], 1), new(), spec, [layer], new(outputs: 1));
        half.Begin(0, 1);
        var step = Task.Factory.StartNew(() =>
        {
            using var team = new ThreadTeam(size: 2, queues: 2);
            var updates = new WeightUpdates<Lanes8>([layer], new(spec), hasHalves: true, team);
            updates.Begin(halves: 2);
            team.Run([1], (_, _, _, worker) => updates.AccumulateGradients(0, half, ref scratch[worker][0]));
        }, TaskCreationOptions.LongRunning);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => step.WaitAsync(Wait.Limit));

        Assert.IsType<ArithmeticException>(failure.InnerException);
        Assert.Contains("The gradients failed.", failure.Message);
    }

    /// <summary>Accumulates nothing. It tells the halves apart by their buffers: only the second half writes to scratch memory.</summary>
    private sealed class FakeLayer(Action<bool> onAccumulate, float[][] scratch) : ILayer<Lanes8>
    {
        public int OutputWidth => 1;

        public int Blocks => 1;

        public int GradientLength => Lanes8.Width;

        public void AccumulateGradients(
            PanelMatrix<Lanes8> inputs, PanelMatrix<Lanes8> outputGradients, int rows, int block, ref float gradients)
        {
            onAccumulate(Unsafe.AreSame(ref gradients, ref scratch[0][0]) || Unsafe.AreSame(ref gradients, ref scratch[1][0]));
        }

        public void Forward(PanelMatrix<Lanes8> inputs, PanelMatrix<Lanes8> outputs, int chunk, int rows) =>
            throw new NotSupportedException();

        public void Backward(
            PanelMatrix<Lanes8> outputGradients, PanelMatrix<Lanes8> inputGradients, int chunk, int rows, ref float scratch) =>
            throw new NotSupportedException();

        public void ApplyUpdate(int block, Optimizer<Lanes8> optimizer, ref float gradients) => throw new NotSupportedException();

        public void Save(int moment, Span<float> flat) => throw new NotSupportedException();

        public void Load(int moment, ReadOnlySpan<float> flat) => throw new NotSupportedException();
    }
}
