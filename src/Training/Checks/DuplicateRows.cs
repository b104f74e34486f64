using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Finds validation and test rows that are also training rows, with every feature and the target equal.</summary>
internal static class DuplicateRows
{
    public static IEnumerable<RunWarning> Find(RunPlan plan)
    {
        var hashes = Hash(plan);
        var train = Array.ConvertAll(plan.Split.Train, row => hashes[row]);
        NumberSort.Sort(train);

        // The probability that a further row repeats a training row is the share of training rows that are not unique (Good, "The
        // population frequencies of species", Biometrika 40, 1953): the expectation if all rows come from the same distribution.
        var repeated = 1 - (double)CountUnique(train) / train.Length;
        foreach (var (field, rows) in plan.EvaluationRows())
        {
            var found = rows.Count(row => Array.BinarySearch(train, hashes[row]) >= 0);
            if (found > 0)
            {
                yield return Warning(field, rows.Length, found, repeated * rows.Length);
            }
        }
    }

    /// <summary>Counts the values that occur once.</summary>
    private static int CountUnique(ulong[] sorted)
    {
        var unique = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start]; end++) { }
            unique += end == start + 1 ? 1 : 0;
        }

        return unique;
    }

    private static RunWarning Warning(string field, int rows, int found, double expected)
    {
        var meaning = found > expected + 3 * Math.Sqrt(expected) + 3
            ? "That is far more than chance: the same rows are on both sides of the split. " +
              "Remove the copies, or keep them together with \"split\": \"group\"."
            : "So the table itself repeats rows. If they are separate observations that happen to agree, nothing is wrong. " +
              "If they were entered twice, remove the copies.";
        return new("duplicateRows", field,
            $"{found} of {WarningText.RowCount(rows, field)} {(found == 1 ? "is" : "are")} also among the training rows, " +
            $"with all features and the target equal. The network may have memorised them, so the {field} loss looks better than it is. " +
            $"From how often training rows repeat one another, about {expected:0.#} would be expected. {meaning}", found);
    }

    /// <summary>Computes a 64-bit hash of every row: equal for equal rows, and almost certainly different for others.</summary>
    private static ulong[] Hash(RunPlan plan)
    {
        var hashes = new ulong[plan.Table.Rows];
        foreach (var column in plan.Spec.Features.Append(plan.Spec.Target).Select(name => plan.Table.Find(name)!))
        {
            switch (column)
            {
                case NumberColumn { Values: var values }:
                    for (var row = 0; row < hashes.Length; row++)
                    {
                        hashes[row] = Mix(hashes[row], Bits(values[row]));
                    }

                    break;
                case CategoryColumn { Codes: var codes }:
                    for (var row = 0; row < hashes.Length; row++)
                    {
                        hashes[row] = Mix(hashes[row], Bits(codes[row], row));
                    }

                    break;
                default:
                    throw new InvalidOperationException($"Can't compare values of a {column.GetType().Name}.");
            }
        }

        return hashes;
    }

    private static ulong Mix(ulong hash, ulong bits)
    {
        hash = (hash ^ bits) * 0x9E3779B97F4A7C15;
        return hash ^ hash >> 32;
    }

    /// <summary>Minus zero equals zero, and missing equals missing.</summary>
    private static ulong Bits(double value) => double.IsNaN(value) ? ulong.MaxValue : BitConverter.DoubleToUInt64Bits(value + 0.0);

    /// <summary>A level beyond <see cref="CategoryColumn.MaxLevels"/> equals nothing.</summary>
    private static ulong Bits(int code, int row) => code < CategoryColumn.MaxLevels ? (ulong)code : ~(ulong)row;
}
