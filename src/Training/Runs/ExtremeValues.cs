using Velodrome.Training.Encoding;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>Refuses targets with which a run's losses would not be finite numbers, before the run is trained. Features are limited, see
/// <see cref="RangeLimit"/>.</summary>
internal static class ExtremeValues
{
    /// <summary>Squares of a smaller deviation lose digits: the smallest double with full precision is 2e-308.</summary>
    private const double SmallestDeviation = 1e-140;

    /// <exception cref="RefusedException"><c>extremeValue</c>.</exception>
    public static void Refuse(TargetEncoding target, Table table, Split split)
    {
        if (target is not NumberTarget numbers)
        {
            return;
        }

        RefuseTooFar(numbers, table, split.Validation, "validation"); // training rows are never too far
        RefuseTooFar(numbers, table, split.Test, "test");
        if (numbers.StandardDeviation < SmallestDeviation)
        {
            throw new RefusedException("extremeValue", "target",
                $"The values of '{numbers.Name}' differ by so little (standard deviation {numbers.StandardDeviation:G3}) that their " +
                "squared errors cannot be told from zero. Upload the column in a smaller unit, in which its numbers are larger.");
        }
    }

    private static void RefuseTooFar(NumberTarget target, Table table, int[] rows, string part)
    {
        var values = ((NumberColumn)table.Find(target.Name)!).Values;
        foreach (var row in rows)
        {
            if (target.IsTooFar(values[row]))
            {
                throw new RefusedException("extremeValue", part,
                    $"A {part} row has {values[row]:G6} in '{target.Name}', more than {NumberEncoding.LargestStandardised:G1} standard " +
                    "deviations from the training rows, and its loss cannot be computed. If it stands for a missing value, leave the " +
                    "cell empty: rows without a target are left out. Correct the table and upload it again, or set other rows aside.");
            }
        }
    }
}
