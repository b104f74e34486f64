using System.Diagnostics;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Threads;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Random;

namespace Velodrome.Bench.Engines;

/// <summary>One of this project's engines.</summary>
internal sealed class EngineContender(string name, IEngine engine, Case of) : IContender
{
    private readonly EncodedRows _train = of.Data(of.Rows, 1);
    private readonly EncodedRows _validation = of.Data(of.ValidationRows, 2);
    private readonly int[] _order = [.. Enumerable.Range(0, of.Rows)];
    private readonly float[] _outputs = new float[of.ValidationRows];
    private int _epoch;

    public string Name => name;

    public static EngineContender Simd(Case of, int threads, int? lanes = null) =>
        new(threads == 1 ? "simd" : $"simd, {threads} threads", new SimdEngine(of.Shape, new(), SpecOf(of), Weights(of), threads, lanes: lanes), of);

    public static EngineContender Torch(Case of) => new("torch engine", new TorchEngine(of.Shape, new(), SpecOf(of), Weights(of)), of);

    public Time Train(int epochs)
    {
        var (clock, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            new RandomStream(seed: 3, RandomPurpose.RowOrder, _epoch++).Shuffle(_order);
            engine.TrainEpoch(_train, _order, 0.001, default);
            engine.Predict(_validation, _outputs);
        }

        return new(clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    public void Dispose() => engine.Dispose();

    private static TrainingSpec SpecOf(Case of) => new() { Epochs = 1, BatchSize = of.Batch, Optimizer = OptimizerKind.Adam, LearningRate = 0.001, Loss = LossKind.Mse };

    private static float[] Weights(Case of) => InitialWeights.Draw(of.Shape, Activation.Relu, 1);
}
