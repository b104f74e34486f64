using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

using Vector = Velodrome.Training.Engines.Simd.Vectors.DoubleVector<Velodrome.Training.Engines.Simd.Vectors.Lanes8>;

namespace Velodrome.Bench.Kernels;

/// <summary>Measures the operations of a step, one by one, for a chunk of 64 rows and a layer of 128 inputs and 64 units.</summary>
public class KernelBenchmarks
{
    private const int Rows = 64;
    private const int Inputs = 128;
    private const int Units = 64;

    private readonly Optimizer<Vector> _optimizer = new(new TrainingSpec
    {
        Epochs = 1,
        BatchSize = Rows,
        Optimizer = OptimizerKind.Adam,
        LearningRate = 0.001,
        Loss = LossKind.Mse,
    });
    private readonly PanelMatrix<Vector> _inputs = CreateMatrix(Inputs);
    private readonly PanelMatrix<Vector> _inputGradients = CreateMatrix(Inputs);
    private readonly PanelMatrix<Vector> _outputs = CreateMatrix(Units);
    private readonly float[] _scratch = new float[(1 + Inputs + 4) * Vector.Width];
    private DenseLayer<Vector> _layer = null!;

    public static string Measure()
    {
        var log = new AccumulationLogger();
        var config = ManualConfig.CreateEmpty()
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance));
        MarkdownExporter.GitHub.ExportToLog(BenchmarkRunner.Run<KernelBenchmarks>(config), log);
        return $"""
            ## Kernels

            A chunk of {Rows} rows, {Inputs} inputs, {Units} units, vectors of 16 lanes, measured with BenchmarkDotNet.
            Forward, backward and update are {2.0 * Rows * Inputs * Units / 1e6:F2} million operations each.

            {log.GetLog().Trim()}

            """;
    }

    [GlobalSetup]
    public void SetUp()
    {
        var shape = new NetworkShape(Inputs, [], Units);
        _layer = new(shape.Layers[0], _optimizer.Moments, hasBackward: true);
        _layer.Load(-1, InitialWeights.Draw(shape, Activation.Relu, 1));
        for (var row = 0; row < Rows; row++)
        {
            for (var panel = 0; panel < _inputs.Panels; panel++)
            {
                _inputs.Row(0, panel, row).Fill(0.5f);
                _inputGradients.Row(0, panel, row).Fill(1);
            }
        }
    }

    [Benchmark]
    public void Forward() => _layer.Forward(_inputs, _outputs, 0, Rows);

    [Benchmark]
    public void Backward() => _layer.Backward(_outputs, _inputGradients, 0, Rows, ref _scratch[0]);

    [Benchmark]
    public void Update()
    {
        _optimizer.BeginStep(0);
        for (var block = 0; block < _layer.Blocks; block++)
        {
            _layer.AccumulateGradients(_inputs, _outputs, Rows, block, ref _scratch[0]);
            _layer.ApplyUpdate(block, _optimizer, ref _scratch[0]);
        }
    }

    [Benchmark]
    public void Relu() => Activate(Activation.Relu);

    [Benchmark]
    public void Tanh() => Activate(Activation.Tanh);

    [Benchmark]
    public void Gelu() => Activate(Activation.Gelu);

    private static PanelMatrix<Vector> CreateMatrix(int units) =>
        PanelMatrix<Vector>.AllocateMany([(units, Vector.Width)], chunks: 1, Rows)[0];

    private void Activate(Activation activation)
    {
        for (var panel = 0; panel < _outputs.Panels; panel++)
        {
            ActivationFunctions<Vector>.Apply(
                activation, ref _outputs.At(0, panel), ref _inputGradients.At(0, panel), Rows * Vector.Width);
        }
    }
}
