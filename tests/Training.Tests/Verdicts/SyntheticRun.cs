using System.Numerics.Tensors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Random;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Tests.Verdicts;

/// <summary>
/// A run that was never trained, whose truth is therefore known. Every validation row has a residual and six directions in
/// which a network may differ from the truth; an epoch is a coefficient per direction, and a row's loss the square of their
/// scalar product. So rows, epochs and curves are correlated as they are in training.
/// </summary>
public sealed class SyntheticRun
{
    private const int Residual = 0, Bias = 1, Memory = 2, Turned = 3, Directions = 7;

    private readonly Truth _truth;
    private readonly Draws _draws;
    private readonly double[][] _features;
    private readonly double[,] _gram = new double[Directions, Directions];

    private SyntheticRun(VerdictCode kind, Truth truth, Draws draws)
    {
        (_truth, _draws) = (truth, draws);
        _features = DrawRows();
        for (var i = 0; i < Directions; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                _gram[i, j] = (i == j ? 1 : 2) * TensorPrimitives.Dot<double>(_features[i], _features[j]) / truth.Rows;
            }
        }

        var path = DrawPath();
        var losses = Array.ConvertAll(path, LossOn);
        var stopping = new EarlyStopping(truth.Stopping);
        Last = 0;
        do
        {
            stopping.Observe(++Last, losses[Last]);
        }
        while (Last < truth.Epochs && !stopping.ShouldStop(Last));

        var stop = stopping.ShouldStop(Last) ? StopReason.Patience : draws.Chance(0.1) ? StopReason.Cancelled : StopReason.MaxEpochs;
        KeptLoss = Expected(path[stopping.BestEpoch]);
        var train = DrawTrain(path);
        Curves = kind == VerdictCode.Diverged
            ? Explode(train, losses, stopping.BestEpoch)
            : new(train[..(Last + 1)], losses[..(Last + 1)], truth.Rows, stopping.BestEpoch, stop,
                new(RowsOn(path[stopping.BestEpoch]), RowsOn(path[Last]), RowsOn(Coefficients(truth.Signal ? 1 : 0, 0, 0))));
    }

    /// <summary>What a verdict sees.</summary>
    public Curves Curves { get; }

    private int Last { get; }

    /// <summary>Expected loss over all rows there could be of the weights that are kept, jitter and all.</summary>
    private double KeptLoss { get; }

    /// <summary>The first run of a seed's stream that is of a kind; for the margins see <see cref="Truth.Kind"/>.</summary>
    public static SyntheticRun Draw(VerdictCode kind, int seed, int index, double from = 4, double to = double.PositiveInfinity)
    {
        for (var attempt = 0; ; attempt++)
        {
            var draws = new Draws(new RandomStream(seed * 10L + (int)kind, RandomPurpose.Bootstrap, index * 1_000_000L + attempt));
            var truth = new Truth(kind, draws);
            if (kind is VerdictCode.Diverged or VerdictCode.Inconclusive)
            {
                return new(kind, truth, draws);
            }

            var soonest = truth.Stopping is { } stopping ? Math.Min(stopping.Patience + 1, truth.Epochs) : truth.Epochs;
            if (Enumerable.Range(soonest, truth.Epochs - soonest + 1).Any(last => truth.Kind(last, from, to) == kind)
                && new SyntheticRun(kind, truth, draws) is var run && truth.Kind(run.Last, from, to) == kind
                && (kind != VerdictCode.NotLearning || run.KeptLoss > 0.995 * truth.Baseline))
            {
                return run;
            }
        }
    }

    /// <summary>[direction][row]; a row has one scale in all directions.</summary>
    private double[][] DrawRows()
    {
        var (scale, tail) = (Scales(_truth.Spread), Scales(_truth.Heaviness));
        var features = Enumerable.Range(0, Directions).Select(_ => _draws.Normals(_truth.Rows)).ToArray();
        TensorPrimitives.Multiply(tail, Math.Sqrt(_truth.Noise), tail);
        TensorPrimitives.Multiply<double>(features[Residual], tail, features[Residual]);
        foreach (var direction in features)
        {
            TensorPrimitives.Multiply<double>(direction, scale, direction);
        }

        return features;
    }

    /// <summary>Lognormal, of mean square 1.</summary>
    private double[] Scales(double spread) => Array.ConvertAll(_draws.Normals(_truth.Rows), normal => Math.Exp(spread * (normal - spread)));

    /// <summary>Coefficients by epoch: the truth's, a step beside them that is autocorrelated, and now and then a bump from
    /// which training recovers within a few epochs.</summary>
    private double[][] DrawPath()
    {
        var (path, state, correlation) = (new double[_truth.Epochs + 1][], new double[Directions], _truth.NoiseCorrelation);
        var normals = _draws.Normals(path.Length * Directions);
        for (var epoch = 0; epoch < path.Length; epoch++)
        {
            path[epoch] = Coefficients(_truth.Bias[epoch], _truth.Memory[epoch], epoch);
            for (var direction = 1; direction < Directions; direction++)
            {
                state[direction] = correlation * state[direction] + Math.Sqrt(1 - correlation * correlation) * normals[epoch * Directions + direction];
                path[epoch][direction] += _truth.Step(epoch) * state[direction];
            }
        }

        for (var bumps = _draws.Chance(0.25) ? 1 + _draws.Below(3) : 0; bumps > 0; bumps--)
        {
            var (at, size) = (_draws.Below(path.Length), Math.Sqrt(_truth.Noise * _draws.Uniform(0.05, 1)));
            for (var epoch = at; epoch < path.Length; epoch++)
            {
                path[epoch][Directions - 1] += size * Math.Pow(0.5, epoch - at);
            }
        }

        return path;
    }

    /// <summary>Batches make training loss jitter in their own way; steps beside the path show in it by half.</summary>
    private double[] DrawTrain(double[][] path)
    {
        var size = _draws.LogUniform(0.002, 0.08);
        return [.. path.Select((coefficients, epoch) =>
            _truth.Train[epoch] * Math.Exp(size * _draws.Normal()) + 0.5 * Math.Max(0, Expected(coefficients) - _truth.Loss(epoch)))];
    }

    private Curves Explode(double[] train, double[] validation, int best)
    {
        var (end, before, growth) = (1 + _draws.Below(Last), _draws.Below(6), _draws.LogUniform(1.5, 100));
        for (var epoch = Math.Max(1, end - before); epoch <= end; epoch++)
        {
            train[epoch] *= Math.Pow(growth, epoch - end + before);
            validation[epoch] *= Math.Pow(growth, epoch - end + before);
        }

        (train[end], validation[end]) = _draws.Chance(0.5) ? (double.NaN, double.NaN) : (train[end], double.PositiveInfinity);
        return new(train[..(end + 1)], validation[..(end + 1)], _truth.Rows, Math.Min(best, end - 1), StopReason.Diverged, Rows: null);
    }

    private static double[] Coefficients(double bias, double memory, int epoch)
    {
        var coefficients = new double[Directions];
        (coefficients[Residual], coefficients[Bias]) = (-1, Math.Sqrt(bias));
        (coefficients[Memory], coefficients[Turned]) = (Math.Sqrt(memory) * Math.Cos(Truth.Angle(epoch)), Math.Sqrt(memory) * Math.Sin(Truth.Angle(epoch)));
        return coefficients;
    }

    private double Expected(double[] coefficients) => _truth.Noise + TensorPrimitives.SumOfSquares<double>(coefficients.AsSpan(1));

    private double LossOn(double[] coefficients)
    {
        var sum = 0.0;
        for (var i = 0; i < Directions; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                sum += coefficients[i] * coefficients[j] * _gram[i, j];
            }
        }

        return sum;
    }

    private double[] RowsOn(double[] coefficients)
    {
        var errors = new double[_truth.Rows];
        for (var direction = 0; direction < Directions; direction++)
        {
            TensorPrimitives.MultiplyAdd<double>(_features[direction], coefficients[direction], errors, errors);
        }

        TensorPrimitives.Multiply<double>(errors, errors, errors);
        return errors;
    }
}
