using System.Runtime.CompilerServices;
using Velodrome.Bench.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Bench;

/// <summary>Measures how time and memory grow with rows, epochs and parameters.</summary>
internal static class Growth
{
    /// <summary>Bytes to allocate for a measurement, so that the 8 kB by which the garbage collector allocates do not matter.</summary>
    private const double MeasuredBytes = 16_000_000;

    private static readonly Workload Base = new("", 10_000, 10, [64, 32], 256);

    public static string Measure(int rounds)
    {
        var rows = FourSizes(1_000, 10).Select(count => (count, Base with { Rows = count }, Epochs: Math.Max(1, 100_000 / count)));
        var epochs = FourSizes(1, 10).Select(count => (count, Base with { Rows = 1_000 }, Epochs: count));
        var units = FourSizes(16, 4)
            .Select(count => (count, Base with { Rows = 2_048, Hidden = [count, count] }, Epochs: Math.Max(1, 256 / count)));
        string[] memoryColumns =
            ["workload", "held, kB", "bound, kB", "held / bound", "held / bound, two threads", "held / bound with the table's batch"];
        Workload[] memoryWorkloads = [.. Workload.All, new("wide", 2_000, 500, [2_000, 2_000], 64)];
        return $"""
            ## Growth

            Engine simd, one thread, 10 features, batch 256, relu, Adam. Medians of processor time.
            The cost is linear where the last column is constant.

            {Times("rows", rows, rounds)}
            {Times("epochs", epochs, rounds)}
            {Times("units in each of two layers", units, rounds)}
            Memory that a training holds, compared with a bound: the data, 6 x parameters, and the activations of two batches.
            The bound in the last column counts a batch of no more rows than the table has.

            {Report.Table(memoryColumns, memoryWorkloads.Select(Memory))}
            """;
    }

    /// <summary>Four sizes, each <paramref name="factor"/> times the one before it.</summary>
    private static IEnumerable<int> FourSizes(int first, int factor) =>
        Enumerable.Range(0, 4).Select(power => first * (int)Math.Pow(factor, power));

    private static string Times(string quantity, IEnumerable<(int Count, Workload Workload, int Epochs)> sizes, int rounds) => Report.Table(
        [quantity, "parameters", "ms per epoch", "ns per row and epoch", "ps per row, epoch and parameter"],
        sizes.Select(size =>
        {
            using var simd = EngineTrainer.Simd(size.Workload, 1);
            simd.Train(1);
            var epoch = Enumerable.Range(0, rounds).Select(_ => simd.Train(size.Epochs).Processor / size.Epochs).Median();
            var (row, parameters) = (epoch / size.Workload.Rows, size.Workload.Shape.Parameters);
            return (string[])
            [
                $"{size.Count:N0}", $"{parameters:N0}",
                Report.Number(epoch * 1e3), Report.Number(row * 1e9), Report.Number(row / parameters * 1e12),
            ];
        }));

    private static string[] Memory(Workload workload)
    {
        MeasureBytes(workload, 2); // Allocations of a first training stay for all others.
        var (held, heldByTwoThreads) = (MeasureBytes(workload, 1), MeasureBytes(workload, 2));
        var (bound, tableBound) = (Bound(workload, workload.Batch), Bound(workload, Math.Min(workload.Batch, workload.Rows)));
        return
        [
            workload.Name, Report.Number(held / 1e3), Report.Number(bound / 1e3),
            $"{held / bound:P1}", $"{heldByTwoThreads / bound:P1}", $"{held / tableBound:P1}",
        ];
    }

    private static double Bound(Workload workload, int batch)
    {
        var data = (workload.Rows + workload.ValidationRows) * (workload.Features + 1L);
        var activations = (long)batch * (workload.Features + workload.Shape.Layers.Sum(layer => layer.Outputs));
        return sizeof(float) * (data + 6L * workload.Shape.Parameters + 2 * activations);
    }

    /// <summary>Bytes that one training holds, measured on enough trainings to allocate <see cref="MeasuredBytes"/>.</summary>
    private static long MeasureBytes(Workload workload, int threads)
    {
        var count = (int)Math.Clamp(MeasuredBytes / Bound(workload, workload.Batch), 1, 1000);
        var trainings = new (SimdEngine Engine, Trainer Trainer)[count];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < trainings.Length; i++)
        {
            trainings[i] = Train(workload, threads);
        }

        var held = (GC.GetTotalMemory(forceFullCollection: true) - before) / trainings.Length;
        Array.ForEach(trainings, training => training.Engine.Dispose());
        return held;
    }

    /// <summary>A separate method, so that no reference to the initial weights stays on the caller's stack.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (SimdEngine Engine, Trainer Trainer) Train(Workload workload, int threads)
    {
        var spec = new TrainingSpec
        {
            Epochs = 1,
            BatchSize = workload.Batch,
            Optimizer = OptimizerKind.Adam,
            LearningRate = 0.001,
            Loss = LossKind.Mse,
        };
        var weights = InitialWeights.Draw(workload.Shape, Activation.Relu, 1);
        var engine = new SimdEngine(workload.Shape, new(), spec, weights, threads);
        var (train, validation) = (workload.Data(workload.Rows, 1), workload.Data(workload.ValidationRows, 2));
        var trainer = new Trainer(new([engine], spec), train, validation, spec, null, 1);
        trainer.Fit((_, _) => { }, default);
        return (engine, trainer);
    }
}
