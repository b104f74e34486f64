using System.Runtime.CompilerServices;
using Velodrome.Bench.Engines;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Threads;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Bench;

/// <summary>How time and memory grow with rows, epochs and parameters.</summary>
internal static class Growth
{
    private const double ManyBytes = 16_000_000;

    private static readonly Case Base = new("", 10_000, 10, [64, 32], 256);

    public static string Measure(int rounds)
    {
        var rows = Decades(1_000, 10).Select(count => (count, Base with { Rows = count }, Epochs: Math.Max(1, 100_000 / count)));
        var epochs = Decades(1, 10).Select(count => (count, Base with { Rows = 1_000 }, Epochs: count));
        var units = Decades(16, 4).Select(count => (count, Base with { Rows = 2_048, Hidden = [count, count] }, Epochs: Math.Max(1, 256 / count)));
        return $"""
            ## Growth

            Simd, one thread, 10 features, batch 256, relu, Adam; processor time, medians. Cost is linear where the last column stays level.

            {Times("rows", rows, rounds)}
            {Times("epochs", epochs, rounds)}
            {Times("units in each of two layers", units, rounds)}
            Memory that training holds, against the bound of data + 6 x parameters + two batches of activations. The last column counts no more
            rows in a batch than the table has.

            {Report.Table(["case", "held, kB", "bound, kB", "share", "share with two threads", "share, batches of rows there are"], Case.All.Concat([new("wide", 2_000, 500, [2_000, 2_000], 64)]).Select(Memory))}
            """;
    }

    /// <summary>Four sizes, each so many times the one before it.</summary>
    private static IEnumerable<int> Decades(int first, int factor) => Enumerable.Range(0, 4).Select(power => first * (int)Math.Pow(factor, power));

    private static string Times(string what, IEnumerable<(int Count, Case Of, int Epochs)> cases, int rounds) =>
        Report.Table([what, "parameters", "ms an epoch", "ns a row and epoch", "ps a row, epoch and parameter"], cases.Select(one =>
        {
            using var simd = EngineContender.Simd(one.Of, 1);
            simd.Train(1);
            var epoch = Enumerable.Range(0, rounds).Select(_ => simd.Train(one.Epochs).Processor / one.Epochs).Median();
            var (row, parameters) = (epoch / one.Of.Rows, one.Of.Shape.Parameters);
            return (string[])[$"{one.Count:N0}", $"{parameters:N0}", Report.Number(epoch * 1e3), Report.Number(row * 1e9), Report.Number(row / parameters * 1e12)];
        }));

    private static string[] Memory(Case of)
    {
        Hold(of, 2); // what the first time leaves behind for all is nobody's
        var (one, two, bound) = (Hold(of, 1), Hold(of, 2), Bound(of, of.Batch));
        string Share(long held, double of) => $"{held / of:P1}";
        return [of.Name, Report.Number(one / 1e3), Report.Number(bound / 1e3), Share(one, bound), Share(two, bound), Share(one, Bound(of, Math.Min(of.Batch, of.Rows)))];
    }

    private static double Bound(Case of, int batch)
    {
        var data = (of.Rows + of.ValidationRows) * (of.Features + 1L);
        var activations = (long)batch * (of.Features + of.Shape.Layers.Sum(layer => layer.Outputs));
        return sizeof(float) * (data + 6L * of.Shape.Parameters + 2 * activations);
    }

    /// <summary>Bytes that one training holds, of as many as it takes for the collector's pieces of 8 kB not to count.</summary>
    private static long Hold(Case of, int threads)
    {
        var trainings = new (SimdEngine Engine, Trainer Trainer)[(int)Math.Clamp(ManyBytes / Bound(of, of.Batch), 1, 1000)];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < trainings.Length; i++)
        {
            trainings[i] = Train(of, threads);
        }

        var held = (GC.GetTotalMemory(forceFullCollection: true) - before) / trainings.Length;
        Array.ForEach(trainings, training => training.Engine.Dispose());
        return held;
    }

    /// <summary>By itself, so that no place on the caller's stack holds the weights it starts from.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (SimdEngine Engine, Trainer Trainer) Train(Case of, int threads)
    {
        var spec = new TrainingSpec { Epochs = 1, BatchSize = of.Batch, Optimizer = OptimizerKind.Adam, LearningRate = 0.001, Loss = LossKind.Mse };
        var engine = new SimdEngine(of.Shape, new(), spec, InitialWeights.Draw(of.Shape, Activation.Relu, 1), threads);
        var trainer = new Trainer(engine, of.Data(of.Rows, 1), of.Data(of.ValidationRows, 2), spec, null, 1);
        trainer.Fit((_, _) => { }, default);
        return (engine, trainer);
    }
}
