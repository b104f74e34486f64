using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Finds validation and test rows that are also training rows, with every feature and the target equal.</summary>
internal static class DuplicateRows
{
    public static IEnumerable<RunWarning> Find(RunPlan plan)
    {
        var train = plan.Split.Train;
        var hashes = Hash(plan);
        var counts = new Dictionary<ulong, int>(train.Length);
        foreach (var row in train)
        {
            counts[hashes[row]] = counts.GetValueOrDefault(hashes[row]) + 1;
        }

        // The probability that a further row repeats a training row is the share of training rows that are not unique (Good, "The
        // population frequencies of species", Biometrika 40, 1953): the expectation if all rows come from the same distribution.
        var repeated = 1 - (double)counts.Values.Count(count => count == 1) / train.Length;
        foreach (var (field, rows) in plan.EvaluationRows())
        {
            var found = rows.Count(row => counts.ContainsKey(hashes[row]));
            if (found > 0)
            {
                yield return Warning(field, rows.Length, found, repeated * rows.Length);
            }
        }
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

    /// <summary>64 bits for every row of the table: equal for equal rows, and almost certainly different for others.</summary>
    private static ulong[] Hash(RunPlan plan)
    {
        var hashes = new ulong[plan.Table.Rows];
        foreach (var column in plan.Spec.Features.Append(plan.Spec.Target).Select(name => plan.Table.Find(name)!))
        {
            for (var row = 0; row < hashes.Length; row++)
            {
                hashes[row] = (hashes[row] ^ Bits(column, row)) * 0x9E3779B97F4A7C15;
                hashes[row] ^= hashes[row] >> 32;
            }
        }

        return hashes;
    }

    /// <summary>Minus zero equals zero, missing equals missing, and a level beyond <see cref="CategoryColumn.MaxLevels"/> equals
    /// nothing.</summary>
    private static ulong Bits(Column column, int row) => column switch
    {
        NumberColumn { Values: var values } =>
            double.IsNaN(values[row]) ? ulong.MaxValue : BitConverter.DoubleToUInt64Bits(values[row] + 0.0),
        CategoryColumn { Codes: var codes } => codes[row] < CategoryColumn.MaxLevels ? (ulong)codes[row] : ~(ulong)row,
        _ => throw new ArgumentException($"Can't compare values of a {column.GetType().Name}.", nameof(column)),
    };
}
