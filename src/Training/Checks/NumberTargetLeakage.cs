using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Predicts a number from one feature alone: by a straight line, by interpolating between training values (which follows any
/// curve), or by the mean of each level.</summary>
internal sealed class NumberTargetLeakage
{
    /// <summary>A feature that explains at least this share of the variance leaks.</summary>
    private const double MinExplained = 0.999;

    /// <summary>Share of the validation rows that is left out at either end of the target: a few extreme rows can determine R².</summary>
    private const double TrimmedShare = 0.025;

    private readonly double[] _target;
    private readonly int[] _train;
    private readonly int[] _evaluated;
    private readonly double _mean;
    private readonly double _spread;

    /// <summary>The largest sum of squared errors of a feature that leaks.</summary>
    private readonly double _maxErrors;

    public NumberTargetLeakage(NumberColumn target, int[] train, int[] validation)
    {
        (_target, _train) = (target.Values, train);
        _mean = train.Average(row => _target[row]);
        var evaluated = validation.ToArray();
        Array.Sort(Array.ConvertAll(evaluated, row => _target[row]), evaluated);
        var ends = (int)Math.Ceiling(TrimmedShare * evaluated.Length);
        _evaluated = evaluated[ends..^ends];
        var centre = _evaluated.Average(row => _target[row]);
        _spread = SquaredErrors(_ => centre, double.PositiveInfinity);
        _maxErrors = (1 - MinExplained) * _spread;
    }

    /// <summary>Describes how much of the variance the feature explains; null when it does not leak.</summary>
    public string? Describe(Column feature)
    {
        var errors = feature switch
        {
            NumberColumn numbers => OfNumber(numbers.Values),
            CategoryColumn texts => SquaredErrors(MeanOfLevel(texts.Codes), _maxErrors),
            _ => double.NaN,
        };
        return _spread > 0 && errors <= _maxErrors
            ? $"it explains {100 * (1 - errors / _spread):0.00}% of the variance"
            : null;
    }

    private double OfNumber(double[] values)
    {
        var known = Array.FindAll(_train, row => !double.IsNaN(values[row]));
        if (known.Length < 2)
        {
            return double.NaN;
        }

        var missing = known.Length == _train.Length
            ? _mean
            : _train.Where(row => double.IsNaN(values[row])).Average(row => _target[row]);
        var (line, curve) = (Line(values, known), Curve(values, known));
        return Math.Min(
            SquaredErrors(row => double.IsNaN(values[row]) ? missing : line(values[row]), _maxErrors),
            SquaredErrors(row => double.IsNaN(values[row]) ? missing : curve(values[row]), _maxErrors));
    }

    private Func<double, double> Line(double[] values, int[] rows)
    {
        var (x, y) = (rows.Average(row => values[row]), rows.Average(row => _target[row]));
        var (products, squares) = (0.0, 0.0);
        foreach (var row in rows)
        {
            products += (values[row] - x) * (_target[row] - y);
            squares += (values[row] - x) * (values[row] - x);
        }

        var slope = squares > 0 ? products / squares : 0;
        return value => y + slope * (value - x);
    }

    /// <summary>Interpolates linearly between training values; rows of equal value count as their mean target.</summary>
    private Func<double, double> Curve(double[] values, int[] rows)
    {
        var (sorted, targets) = (Array.ConvertAll(rows, row => values[row]), Array.ConvertAll(rows, row => _target[row]));
        Array.Sort(sorted, targets);
        var (xs, ys) = (new List<double>(), new List<double>());
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start]; end++) { }
            xs.Add(sorted[start]);
            ys.Add(targets.AsSpan(start..end).ToArray().Average());
        }

        return value =>
        {
            var at = xs.BinarySearch(value);
            var right = Math.Min(at < 0 ? ~at : at, xs.Count - 1);
            var left = Math.Max(0, right - 1);
            var share = at >= 0 || right == left ? 1 : Math.Clamp((value - xs[left]) / (xs[right] - xs[left]), 0, 1);
            return ys[left] + share * (ys[right] - ys[left]);
        };
    }

    private Func<int, double> MeanOfLevel(int[] codes)
    {
        var sums = new Dictionary<int, (double Sum, int Count)>();
        foreach (var row in _train)
        {
            var (sum, count) = sums.GetValueOrDefault(codes[row]);
            sums[codes[row]] = (sum + _target[row], count + 1);
        }

        return row => sums.TryGetValue(codes[row], out var level) ? level.Sum / level.Count : _mean;
    }

    /// <summary>Sums the squared errors of a rule. It ends early with a sum beyond <paramref name="limit"/>: squares only add to it.
    /// </summary>
    private double SquaredErrors(Func<int, double> rule, double limit)
    {
        var sum = 0.0;
        foreach (var row in _evaluated)
        {
            var error = rule(row) - _target[row];
            sum += error * error;
            if (sum > limit)
            {
                return sum;
            }
        }

        return sum;
    }
}
