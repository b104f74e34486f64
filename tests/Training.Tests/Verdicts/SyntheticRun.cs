using System.Numerics.Tensors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Random;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Tests.Verdicts;

/// <summary>
/// A run that was never trained, so that its true curves are known. Every validation row has a residual and six directions in
/// which a network may differ from the truth. An epoch is a coefficient per direction, and a row's loss the square of their
/// scalar product. So rows, epochs and curves are correlated as they are in training.
/// </summary>
public sealed class SyntheticRun
{
    private const int Residual = 0, Bias = 1, Memorised = 2, MemorisedTurned = 3, Directions = 7;

    /// <summary>Taken in turn, so that every label has as many of each: half of them constant.</summary>
    private static readonly ScheduleKind[] Schedules =
    [
        ScheduleKind.Constant, ScheduleKind.Cosine, ScheduleKind.Constant, ScheduleKind.Cosine, ScheduleKind.Constant,
        ScheduleKind.WarmupCosine, ScheduleKind.Constant, ScheduleKind.Cosine, ScheduleKind.Constant, ScheduleKind.Coslog4,
    ];

    private readonly TrueCurves _true;
    private readonly RandomSampler _random;
    private readonly double[][] _features;
    private readonly double[,] _gram = new double[Directions, Directions];

    private SyntheticRun(VerdictCode label, TrueCurves trueCurves, RandomSampler random)
    {
        (_true, _random) = (trueCurves, random);
        _features = DrawRows();
        for (var i = 0; i < Directions; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                _gram[i, j] = (i == j ? 1 : 2) * TensorPrimitives.Dot<double>(_features[i], _features[j]) / trueCurves.Rows;
            }
        }

        var path = DrawPath();
        var losses = Array.ConvertAll(path, LossOf);
        var stopping = new EarlyStopping(trueCurves.Stopping);
        Last = 0;
        do
        {
            stopping.Observe(++Last, losses[Last]);
        }
        while (Last < trueCurves.Epochs && !stopping.ShouldStop(Last));

        var stop = stopping.ShouldStop(Last) ? StopReason.Patience : random.Chance(0.1) ? StopReason.Cancelled : StopReason.MaxEpochs;
        KeptLoss = Expected(path[stopping.BestEpoch]);
        var train = DrawTrain(path);
        Curves = label == VerdictCode.Diverged
            ? Diverge(train, losses, stopping.BestEpoch)
            : new(
                train[..(Last + 1)], losses[..(Last + 1)], trueCurves.Rates[..(Last + 1)], trueCurves.Rows, stopping.BestEpoch, stop,
                new(
                    Best: RowLossesOf(path[stopping.BestEpoch]),
                    Last: RowLossesOf(path[Last]),
                    Baseline: RowLossesOf(Coefficients(trueCurves.HasSignal ? 1 : 0, 0, 0))));
    }

    /// <summary>Makes the input of a verdict.</summary>
    public Curves Curves { get; }

    private int Last { get; }

    /// <summary>Expected loss of the kept weights over all possible rows, including their epoch noise.</summary>
    private double KeptLoss { get; }

    /// <summary>Draws runs until one has a label; for the margins see <see cref="TrueCurves.Label"/>.</summary>
    public static SyntheticRun Draw(VerdictCode label, int seed, int index, double from = 4, double to = double.PositiveInfinity)
    {
        for (var attempt = 0; ; attempt++)
        {
            var stream = new RandomStream(seed * 10L + (int)label, RandomPurpose.Bootstrap, index * 1_000_000L + attempt);
            var random = new RandomSampler(stream);
            var trueCurves = new TrueCurves(label, Schedules[index % Schedules.Length], random);
            if (label is VerdictCode.Diverged or VerdictCode.Inconclusive)
            {
                return new(label, trueCurves, random);
            }

            var soonest = trueCurves.Stopping is { } stopping ? Math.Min(stopping.Patience + 1, trueCurves.Epochs) : trueCurves.Epochs;
            if (Enumerable.Range(soonest, trueCurves.Epochs - soonest + 1).Any(last => trueCurves.Label(last, from, to) == label)
                && new SyntheticRun(label, trueCurves, random) is var run && trueCurves.Label(run.Last, from, to) == label
                && (label != VerdictCode.NotLearning || run.KeptLoss > 0.995 * trueCurves.Baseline))
            {
                return run;
            }
        }
    }

    /// <summary>[direction][row]; a row has the same scale in all directions.</summary>
    private double[][] DrawRows()
    {
        var (scale, tail) = (Scales(_true.RowSpread), Scales(_true.ResidualSpread));
        var features = Enumerable.Range(0, Directions).Select(_ => _random.Normals(_true.Rows)).ToArray();
        TensorPrimitives.Multiply(tail, Math.Sqrt(_true.Noise), tail);
        TensorPrimitives.Multiply<double>(features[Residual], tail, features[Residual]);
        foreach (var direction in features)
        {
            TensorPrimitives.Multiply<double>(direction, scale, direction);
        }

        return features;
    }

    /// <summary>Lognormal with a mean square of 1.</summary>
    private double[] Scales(double spread) => Array.ConvertAll(_random.Normals(_true.Rows), normal => Math.Exp(spread * (normal - spread)));

    /// <summary>Coefficients by epoch: the true ones, plus an autocorrelated random step, plus sometimes a bump from which training
    /// recovers within a few epochs.</summary>
    private double[][] DrawPath()
    {
        var (path, state, correlation) = (new double[_true.Epochs + 1][], new double[Directions], _true.NoiseCorrelation);
        var normals = _random.Normals(path.Length * Directions);
        for (var epoch = 0; epoch < path.Length; epoch++)
        {
            path[epoch] = Coefficients(_true.Bias[epoch], _true.Memorisation[epoch], epoch);
            for (var direction = 1; direction < Directions; direction++)
            {
                var fresh = Math.Sqrt(1 - correlation * correlation) * normals[epoch * Directions + direction];
                state[direction] = correlation * state[direction] + fresh;
                path[epoch][direction] += _true.StepSize(epoch) * state[direction];
            }
        }

        for (var bumps = _random.Chance(0.25) ? 1 + _random.Below(3) : 0; bumps > 0; bumps--)
        {
            var (at, size) = (_random.Below(path.Length), Math.Sqrt(_true.Noise * _random.Uniform(0.05, 1)));
            for (var epoch = at; epoch < path.Length; epoch++)
            {
                path[epoch][Directions - 1] += size * Math.Pow(0.5, epoch - at);
            }
        }

        return path;
    }

    /// <summary>Training loss has its own noise from batches, and half of the loss that the random steps add.</summary>
    private double[] DrawTrain(double[][] path)
    {
        var size = _random.LogUniform(0.002, 0.08);
        return [.. path.Select((coefficients, epoch) =>
            _true.Train[epoch] * Math.Exp(size * _random.Normal()) + 0.5 * Math.Max(0, Expected(coefficients) - _true.Loss(epoch)))];
    }

    private Curves Diverge(double[] train, double[] validation, int best)
    {
        var (end, before, growth) = (1 + _random.Below(Last), _random.Below(6), _random.LogUniform(1.5, 100));
        for (var epoch = Math.Max(1, end - before); epoch <= end; epoch++)
        {
            train[epoch] *= Math.Pow(growth, epoch - end + before);
            validation[epoch] *= Math.Pow(growth, epoch - end + before);
        }

        (train[end], validation[end]) = _random.Chance(0.5) ? (double.NaN, double.NaN) : (train[end], double.PositiveInfinity);
        return new(
            train[..(end + 1)], validation[..(end + 1)], _true.Rates[..(end + 1)], _true.Rows, Math.Min(best, end - 1),
            StopReason.Diverged, Rows: null);
    }

    private static double[] Coefficients(double bias, double memorisation, int epoch)
    {
        var coefficients = new double[Directions];
        (coefficients[Residual], coefficients[Bias]) = (-1, Math.Sqrt(bias));
        var (size, angle) = (Math.Sqrt(memorisation), TrueCurves.Angle(epoch));
        (coefficients[Memorised], coefficients[MemorisedTurned]) = (size * Math.Cos(angle), size * Math.Sin(angle));
        return coefficients;
    }

    private double Expected(double[] coefficients) => _true.Noise + TensorPrimitives.SumOfSquares<double>(coefficients.AsSpan(1));

    private double LossOf(double[] coefficients)
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

    private double[] RowLossesOf(double[] coefficients)
    {
        var errors = new double[_true.Rows];
        for (var direction = 0; direction < Directions; direction++)
        {
            TensorPrimitives.MultiplyAdd<double>(_features[direction], coefficients[direction], errors, errors);
        }

        TensorPrimitives.Multiply<double>(errors, errors, errors);
        return errors;
    }
}
