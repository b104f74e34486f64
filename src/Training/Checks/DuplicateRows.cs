using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Rows of a judging part that stand in the training part too, every feature and the target equal.</summary>
internal static class DuplicateRows
{
    public static IEnumerable<RunWarning> Find(Submission run)
    {
        var hashes = Hash(run);
        var counts = new Dictionary<ulong, int>(run.Train.Length);
        foreach (var row in run.Train)
        {
            counts[hashes[row]] = counts.GetValueOrDefault(hashes[row]) + 1;
        }

        // The chance that one more row is an old acquaintance is the share of training rows that have a twin (Good, "The population
        // frequencies of species", Biometrika 40, 1953): what is to be expected if training and judging rows are drawn alike.
        var repeated = 1 - (double)counts.Values.Count(count => count == 1) / run.Train.Length;
        foreach (var (field, rows) in run.JudgingParts)
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
            ? "That is far more than chance gives: the parts overlap. Remove the copies, or keep them on one side with \"split\": \"group\"."
            : "So the table itself repeats rows. Where they are separate observations that happen to agree, that is no harm; where they are double entries, remove them.";
        return new("duplicateRows", field,
            $"{found} of {Wording.Rows(rows, field)} {(found == 1 ? "stands" : "stand")} in the training part too, with every feature and the target equal: they ask for what was learnt by heart, and flatter the loss. " +
            $"From how often rows repeat within the training part, about {expected:0.#} would be expected. {meaning}", found);
    }

    /// <summary>For every row of the table 64 bits: equal for equal rows, and next to never for others.</summary>
    private static ulong[] Hash(Submission run)
    {
        var hashes = new ulong[run.Table.Rows];
        foreach (var column in run.Features.Append(run.Target).Select(name => run.Table.Find(name)!))
        {
            for (var row = 0; row < hashes.Length; row++)
            {
                hashes[row] = (hashes[row] ^ Bits(column, row)) * 0x9E3779B97F4A7C15;
                hashes[row] ^= hashes[row] >> 32;
            }
        }

        return hashes;
    }

    /// <summary>Minus zero is zero, missing equals missing, and a text that the table no longer knows equals none.</summary>
    private static ulong Bits(Column column, int row) => column switch
    {
        NumberColumn { Values: var values } => double.IsNaN(values[row]) ? ulong.MaxValue : BitConverter.DoubleToUInt64Bits(values[row] + 0.0),
        CategoryColumn { Codes: var codes } => codes[row] < CategoryColumn.MaxLevels ? (ulong)codes[row] : ~(ulong)row,
        _ => throw new ArgumentException($"No comparison for a {column.GetType().Name}.", nameof(column)),
    };
}
