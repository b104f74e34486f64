using Velodrome.Training.Encoding;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>Refuses values with which a run's losses would not be finite numbers, before the run is trained.</summary>
internal static class ExtremeValues
{
    /// <summary>Squares of a smaller deviation lose digits: the smallest double with full precision is 2e-308.</summary>
    private const double SmallestDeviation = 1e-140;

    /// <exception cref="RefusedException"><c>extremeValue</c>.</exception>
    public static void Refuse(Encoder encoder, Table table, Split split)
    {
        foreach (var (part, rows) in new[] { ("validation", split.Validation), ("test", split.Test) }) // training rows are never too far
        {
            foreach (var feature in encoder.Features.OfType<NumberEncoding>())
            {
                RefuseTooFar(feature.Name, feature.IsTooFar, table, rows, part);
            }

            if (encoder.Target is NumberTarget target)
            {
                RefuseTooFar(target.Name, target.IsTooFar, table, rows, part);
            }
        }

        if (encoder.Target is NumberTarget { StandardDeviation: < SmallestDeviation } tiny)
        {
            throw new RefusedException("extremeValue", "target",
                $"The values of '{tiny.Name}' differ by so little (standard deviation {tiny.StandardDeviation:G3}) that their squared " +
                "errors cannot be told from zero. Upload the column in a smaller unit, in which its numbers are larger.");
        }
    }

    private static void RefuseTooFar(string name, Predicate<double> isTooFar, Table table, int[] rows, string part)
    {
        var values = ((NumberColumn)table.Find(name)!).Values;
        foreach (var row in rows)
        {
            if (isTooFar(values[row]))
            {
                throw new RefusedException("extremeValue", part,
                    $"A {part} row has {values[row]:G6} in '{name}', more than {NumberEncoding.LargestStandardised:G1} standard " +
                    "deviations from the training rows, and a network cannot compute with it. If it stands for a missing value, leave " +
                    "the cell empty. Correct the table and upload it again, or set other rows aside.");
            }
        }
    }
}
