using System.Diagnostics;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Random;

namespace Velodrome.Bench.Engines;

/// <summary>One of Velodrome's engines.</summary>
internal sealed class EngineTrainer(string name, IEngine engine, Workload workload) : ITrainer
{
    private readonly EncodedRows _train = workload.Data(workload.Rows, 1);
    private readonly EncodedRows _validation = workload.Data(workload.ValidationRows, 2);
    private readonly int[] _order = [.. Enumerable.Range(0, workload.Rows)];
    private readonly float[] _outputs = new float[workload.ValidationRows];
    private int _epoch;

    public string Name => name;

    public static EngineTrainer Simd(Workload workload, int threads, int? lanes = null)
    {
        var engine = new SimdEngine(workload.Shape, new(), SpecOf(workload), WeightsOf(workload), threads, lanes: lanes);
        return new(threads == 1 ? "simd" : $"simd, {threads} threads", engine, workload);
    }

    public static EngineTrainer Torch(Workload workload) =>
        new("torch engine", new TorchEngine(workload.Shape, new(), SpecOf(workload), WeightsOf(workload)), workload);

    public Timing Train(int epochs)
    {
        var (stopwatch, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            new RandomStream(seed: 3, RandomPurpose.RowOrder, _epoch++).Shuffle(_order);
            engine.TrainEpoch(_train, _order, static _ => 0.001, default);
            engine.Predict(_validation, _outputs);
        }

        return new(stopwatch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    public void Dispose() => engine.Dispose();

    private static TrainingSpec SpecOf(Workload workload) => new()
    {
        Epochs = 1,
        BatchSize = workload.Batch,
        Optimizer = OptimizerKind.Adam,
        LearningRate = 0.001,
        Loss = LossKind.Mse,
    };

    private static float[] WeightsOf(Workload workload) => InitialWeights.Draw(workload.Shape, Activation.Relu, 1);
}
