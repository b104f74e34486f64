using Velodrome.Training.Encoding;
using Velodrome.Training.Random;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Splits;

/// <summary>Rows to be parted.</summary>
/// <param name="Table">The dataset's rows, those of a validation and a test dataset behind them.</param>
/// <param name="Target">Names the column to predict.</param>
/// <param name="Task">What is learnt.</param>
/// <param name="Rows">Numbers of the dataset's own rows that have a target, ascending.</param>
/// <param name="TableRows">How many rows the dataset itself has, with a target or without.</param>
/// <param name="ValidationDataset">Numbers of a validation dataset's rows.</param>
/// <param name="TestDataset">Numbers of a test dataset's rows.</param>
public sealed record SplitInput(Table Table, string Target, LearningTask Task, int[] Rows, int TableRows, int[] ValidationDataset, int[] TestDataset);

/// <summary>Parts the rows of a table as asked; a function of the table, the options and nothing else.</summary>
public static class Splitter
{
    /// <summary>Parts rows: the test rows are chosen first, the validation rows from what is left.</summary>
    /// <param name="validation">Resolved options.</param>
    /// <param name="test">Resolved options; null for no test part.</param>
    /// <param name="input">The rows.</param>
    /// <exception cref="RefusedException"><c>unknownRow</c>, <c>unknownColumn</c>, <c>notApplicable</c>, <c>tooFewInClass</c>,
    /// <c>overlappingParts</c>, <c>emptyValidation</c>, <c>emptyTest</c>, <c>tooFewTrainingRows</c>.</exception>
    public static Split Split(SplitOptions validation, SplitOptions? test, SplitInput input)
    {
        var testRows = test is null ? [] : Choose(test, "test", input, input.Rows, input.TestDataset, left: validation.Split == SplitKind.Stratified ? 2 : 1);
        var validationRows = Choose(validation, "validation", input, [.. input.Rows.Except(testRows).Order()], input.ValidationDataset, left: 1);
        int[] trainRows = [.. input.Rows.Except(testRows).Except(validationRows).Order()];
        RefuseIfEmpty(validationRows, "validation", "so nothing could judge the network");
        if (test is not null)
        {
            RefuseIfEmpty(testRows, "test", "so there is nothing to look at after training");
        }

        return trainRows.Length >= 2 ? new(trainRows, validationRows, testRows) : throw new RefusedException("tooFewTrainingRows", "validation",
            $"Only {trainRows.Length} of the {input.Rows.Length} rows with a target are left for training; it needs at least 2. Set fewer rows aside.");
    }

    /// <param name="options">How.</param>
    /// <param name="part">validation or test: each draws from a stream of its own.</param>
    /// <param name="input">The rows.</param>
    /// <param name="candidates">Those that are not in another part yet.</param>
    /// <param name="datasetRows">Those of the part's own dataset.</param>
    /// <param name="left">How many rows of each class must be left for other parts, if stratified.</param>
    private static int[] Choose(SplitOptions options, string part, SplitInput input, int[] candidates, int[] datasetRows, int left)
    {
        var random = new RandomStream(options.Seed ?? 0, RandomPurpose.Split, part == "test" ? 1 : 0);
        var chosen = options.Split switch
        {
            SplitKind.Last => candidates[^Share(input.Rows.Length, candidates.Length)..],
            SplitKind.Random => Draw(candidates, Share(input.Rows.Length, candidates.Length)),
            SplitKind.Stratified => Stratify(),
            SplitKind.Group => DrawGroups(),
            SplitKind.Rows => ByRowNumbers(options.Rows!, part, input, candidates),
            SplitKind.Dataset => datasetRows,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Split, null),
        };
        Array.Sort(chosen);
        return chosen;

        int Share(int all, int available) => Math.Min(available, (int)Math.Round(options.Fraction!.Value * all, MidpointRounding.AwayFromZero));

        int[] Draw(int[] rows, int count)
        {
            int[] shuffled = [.. rows];
            random.Shuffle(shuffled);
            return shuffled[..count];
        }

        int[] Stratify()
        {
            if (input.Task == LearningTask.Regression)
            {
                throw new RefusedException("notApplicable", $"{part}.split",
                    "'stratified' keeps the share of every class, and a regression has none. Use \"split\": \"random\".");
            }

            var target = input.Table.Find(input.Target)!;
            var all = input.Rows.CountBy(row => ClassTarget.LabelAt(target, row)).ToDictionary();
            return [.. candidates.GroupBy(row => ClassTarget.LabelAt(target, row)).OrderBy(rows => rows.Key, StringComparer.Ordinal).SelectMany(rows =>
                rows.Count() > left ? Draw([.. rows], Math.Clamp(Share(all[rows.Key], rows.Count()), 1, rows.Count() - left)) : throw TooFewInClass(rows.Key, all[rows.Key], part))];
        }

        int[] DrawGroups()
        {
            var column = input.Table.Find(options.Column!) ?? throw new RefusedException("unknownColumn", $"{part}.column",
                $"There is no column '{options.Column}'.{NearestName.Suggestion(options.Column!, input.Table.Columns.Select(known => known.Name))}");
            var groups = candidates.GroupBy(row => column.IsMissing(row) ? "" : ClassTarget.LabelAt(column, row)).ToArray();
            var count = Share(input.Rows.GroupBy(row => column.IsMissing(row) ? "" : ClassTarget.LabelAt(column, row)).Count(), groups.Length);
            return [.. Draw([.. Enumerable.Range(0, groups.Length)], count).SelectMany(group => groups[group])];
        }
    }

    private static int[] ByRowNumbers(IReadOnlyList<int> rows, string part, SplitInput input, int[] candidates)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if ((uint)rows[i] >= (uint)input.TableRows)
            {
                throw new RefusedException("unknownRow", $"{part}.rows[{i}]", $"There is no row {rows[i]}: the table has the rows 0 to {input.TableRows - 1}.");
            }
        }

        var taken = input.Rows.Except(candidates).Intersect(rows).ToArray();
        return taken.Length == 0 ? [.. candidates.Intersect(rows)] : throw new RefusedException("overlappingParts", $"{part}.rows",
            $"Row {taken[0]} is in the test part already: a row can be in one part only.");
    }

    private static void RefuseIfEmpty(int[] rows, string part, string consequence)
    {
        if (rows.Length == 0)
        {
            throw new RefusedException(part == "test" ? "emptyTest" : "emptyValidation", part,
                $"This split sets no row with a target aside for {part}, {consequence}. Set at least one aside: a larger fraction, or \"split\": \"rows\" with row numbers.");
        }
    }

    private static RefusedException TooFewInClass(string label, int rows, string part) => new("tooFewInClass", $"{part}.split",
        $"The class '{label}' has {rows} row(s), too few to have one in each part. Collect more of it, leave those rows out of the table, or use \"split\": \"random\".");
}
