using System.Collections;
using Velodrome.Training.Random;

namespace Velodrome.Training.Splits;

/// <summary>Parts the rows of a table as asked; a function of the table, the options and nothing else.</summary>
public static class Splitter
{
    private const double DefaultFraction = 0.2;

    /// <summary>Fills in what was left out, so that the run shows what was done.</summary>
    /// <exception cref="RefusedException"><c>notApplicable</c>: a member was given that this kind of split does not use.</exception>
    public static SplitOptions Resolve(SplitOptions options, string field)
    {
        var byShare = options.Split is SplitKind.Random or SplitKind.Last;
        Refuse(options.Fraction is not null && !byShare, options, field, "fraction");
        Refuse(options.Seed is not null && options.Split != SplitKind.Random, options, field, "seed");
        Refuse(options.Rows is not null && options.Split != SplitKind.Rows, options, field, "rows");
        if (options is { Split: SplitKind.Rows, Rows: null })
        {
            throw new RefusedException("missingField", $"{field}.rows",
                "The split 'rows' needs the numbers of the rows to set aside, the first row being 0: \"rows\": [6, 7].");
        }

        return options with
        {
            Fraction = byShare ? options.Fraction ?? DefaultFraction : null,
            Seed = options.Split == SplitKind.Random ? options.Seed ?? 0 : null,
        };
    }

    /// <summary>Parts rows.</summary>
    /// <param name="options">Resolved options of the validation part.</param>
    /// <param name="tableRows">Rows of the table.</param>
    /// <param name="candidates">Row numbers that may be used (those with a target), ascending.</param>
    /// <exception cref="RefusedException"><c>unknownRow</c>, <c>emptyValidation</c>, <c>tooFewTrainingRows</c>.</exception>
    public static Split Part(SplitOptions options, int tableRows, int[] candidates)
    {
        var chosen = new BitArray(tableRows);
        foreach (var row in Choose(options, tableRows, candidates))
        {
            chosen[row] = true;
        }

        var split = new Split(Array.FindAll(candidates, row => !chosen[row]), Array.FindAll(candidates, row => chosen[row]));
        if (split.Validation.Length == 0)
        {
            throw new RefusedException("emptyValidation", "validation",
                $"This split sets none of the {candidates.Length} rows with a target aside, so nothing could judge the network. Set at least one aside: a larger fraction, or \"split\": \"rows\" with row numbers.");
        }

        return split.Train.Length >= 2 ? split : throw new RefusedException("tooFewTrainingRows", "validation",
            $"Only {split.Train.Length} of the {candidates.Length} rows with a target are left for training; it needs at least 2. Set fewer rows aside.");
    }

    private static IReadOnlyList<int> Choose(SplitOptions options, int tableRows, int[] candidates)
    {
        var count = (int)Math.Round((options.Fraction ?? 0) * candidates.Length, MidpointRounding.AwayFromZero);
        switch (options.Split)
        {
            case SplitKind.Last:
                return candidates[^count..];
            case SplitKind.Random:
                var shuffled = candidates.ToArray();
                new RandomStream(options.Seed!.Value, RandomPurpose.Split).Shuffle(shuffled);
                return shuffled[..count];
            case SplitKind.Rows:
                var outside = options.Rows!.Select((row, at) => (row, at)).FirstOrDefault(given => (uint)given.row >= (uint)tableRows, (row: 0, at: -1));
                return outside.at < 0 ? options.Rows! : throw new RefusedException("unknownRow", $"validation.rows[{outside.at}]",
                    $"There is no row {outside.row}: the table has the rows 0 to {tableRows - 1}.");
            default:
                throw new ArgumentOutOfRangeException(nameof(options), options.Split, null);
        }
    }

    private static void Refuse(bool wrong, SplitOptions options, string field, string member)
    {
        if (wrong)
        {
            var kind = options.Split.ToString().ToLowerInvariant();
            throw new RefusedException("notApplicable", $"{field}.{member}",
                $"The split '{kind}' has no '{member}'; it would be ignored. Leave it out, or choose a split that uses it.");
        }
    }
}
