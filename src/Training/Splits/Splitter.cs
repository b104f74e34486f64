using Velodrome.Training.Random;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Splits;

/// <summary>The rows to split.</summary>
/// <param name="Table">The dataset's rows, followed by those of a validation and a test dataset.</param>
/// <param name="Target">Name of the column to predict.</param>
/// <param name="Task">Whether the target is a number or a class.</param>
/// <param name="Rows">Numbers of the dataset's own rows with a target, ascending.</param>
/// <param name="DatasetRows">Number of rows of the dataset itself, with or without a target.</param>
/// <param name="ValidationDatasetRows">Numbers of the validation dataset's rows with a target.</param>
/// <param name="TestDatasetRows">Numbers of the test dataset's rows with a target.</param>
public sealed record SplitInput(
    Table Table, string Target, LearningTask Task, int[] Rows, int DatasetRows, int[] ValidationDatasetRows, int[] TestDatasetRows);

/// <summary>Splits the rows of a table. The result depends only on the table and the options.</summary>
public static class Splitter
{
    /// <summary>Splits rows: test rows are chosen first, then validation rows from the rest.</summary>
    /// <param name="validation">Resolved options.</param>
    /// <param name="test">Resolved options; null for no test rows.</param>
    /// <param name="input">The rows to split.</param>
    /// <exception cref="RefusedException"><c>unknownRow</c>, <c>unknownColumn</c>, <c>notApplicable</c>, <c>tooFewInClass</c>,
    /// <c>overlappingParts</c>, <c>emptyValidation</c>, <c>emptyTest</c>, <c>tooFewTrainingRows</c>.</exception>
    public static Split Split(SplitOptions validation, SplitOptions? test, SplitInput input)
    {
        var reserved = validation.Split == SplitKind.Stratified ? 2 : 1;
        var testRows = test is null ? [] : Choose(test, "test", input, input.Rows, input.TestDatasetRows, reserved);
        var rest = Without(input.Rows, testRows, input.Table);
        var validationRows = Choose(validation, "validation", input, rest, input.ValidationDatasetRows, reserved: 1);
        var trainRows = Without(rest, validationRows, input.Table);
        RefuseIfEmpty(validationRows, "validation", "so nothing could measure the network");
        if (test is not null)
        {
            RefuseIfEmpty(testRows, "test", "so nothing could measure it after training");
        }

        return trainRows.Length >= 2
            ? new(trainRows, validationRows, testRows)
            : throw new RefusedException("tooFewTrainingRows", "validation",
                $"Only {trainRows.Length} of the {input.Rows.Length} rows with a target are left for training, " +
                "and at least 2 are needed. Set fewer rows aside.");
    }

    /// <summary>Chooses the rows of one part.</summary>
    /// <param name="options">How to choose.</param>
    /// <param name="part">"validation" or "test"; each uses its own random stream.</param>
    /// <param name="input">The rows to split.</param>
    /// <param name="candidates">Rows that are not in another part yet.</param>
    /// <param name="datasetRows">For split kind <c>dataset</c>: the rows of the separate validation or test dataset.</param>
    /// <param name="reserved">Rows of each class to leave for other parts, if stratified.</param>
    private static int[] Choose(SplitOptions options, string part, SplitInput input, int[] candidates, int[] datasetRows, int reserved)
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

        int Share(int all, int available) =>
            Math.Min(available, (int)Math.Round(options.Fraction!.Value * all, MidpointRounding.AwayFromZero));

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
                    "'stratified' keeps the share of each class, and a regression target has no classes. Use \"split\": \"random\".");
            }

            var target = input.Table.Find(input.Target)!;
            var all = input.Rows.CountBy(target.TextAt).ToDictionary();
            return [.. candidates.GroupBy(target.TextAt).OrderBy(rows => rows.Key, StringComparer.Ordinal).SelectMany(rows =>
            {
                int[] ofClass = [.. rows];
                return ofClass.Length > reserved
                    ? Draw(ofClass, Math.Clamp(Share(all[rows.Key], ofClass.Length), 1, ofClass.Length - reserved))
                    : throw TooFewInClass(rows.Key, all[rows.Key], part);
            })];
        }

        int[] DrawGroups()
        {
            var name = options.Column!;
            var column = input.Table.Find(name) ?? throw UnknownColumn(name, part, input.Table.Columns.Select(known => known.Name));
            var groups = candidates.GroupBy(GroupOf).ToArray();
            var count = Share(input.Rows.GroupBy(GroupOf).Count(), groups.Length);
            return [.. Draw([.. Enumerable.Range(0, groups.Length)], count).SelectMany(group => groups[group])];

            string GroupOf(int row) => column.IsMissing(row) ? "" : column.TextAt(row);
        }
    }

    /// <summary>Refuses a group column or row numbers that the dataset does not have.</summary>
    /// <param name="options">Resolved options.</param>
    /// <param name="part">"validation" or "test".</param>
    /// <param name="columns">Names of the dataset's columns.</param>
    /// <param name="rows">Number of its rows.</param>
    /// <exception cref="RefusedException"><c>unknownColumn</c>, <c>unknownRow</c>.</exception>
    internal static void CheckNames(SplitOptions options, string part, IEnumerable<string> columns, int rows)
    {
        if (options.Column is { } group && !columns.Contains(group))
        {
            throw UnknownColumn(group, part, columns);
        }

        RefuseUnknownRows(options.Rows ?? [], part, rows);
    }

    private static int[] ByRowNumbers(IReadOnlyList<int> rows, string part, SplitInput input, int[] candidates)
    {
        RefuseUnknownRows(rows, part, input.DatasetRows);
        var (requested, free) = (Mark(rows, input.Table), Mark(candidates, input.Table));
        var taken = Array.FindIndex(input.Rows, row => requested[row] && !free[row]);
        return taken < 0 ? Array.FindAll(candidates, row => requested[row]) : throw new RefusedException("overlappingParts", $"{part}.rows",
            $"Row {input.Rows[taken]} is already a test row, and a row can be in only one part. Remove it from one of them.");
    }

    private static void RefuseUnknownRows(IReadOnlyList<int> rows, string part, int datasetRows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if ((uint)rows[i] >= (uint)datasetRows)
            {
                throw new RefusedException("unknownRow", $"{part}.rows[{i}]",
                    $"There is no row {rows[i]}: the table has rows 0 to {datasetRows - 1}.");
            }
        }
    }

    /// <summary>The rows that are not among others, in their order.</summary>
    private static int[] Without(int[] rows, int[] others, Table table)
    {
        var marked = Mark(others, table);
        return Array.FindAll(rows, row => !marked[row]);
    }

    /// <summary>[rows of the table]: whether a row is among those given. A set of the same rows would take 20 times the memory.</summary>
    private static bool[] Mark(IReadOnlyList<int> rows, Table table)
    {
        var marked = new bool[table.Rows];
        foreach (var row in rows)
        {
            marked[row] = true;
        }

        return marked;
    }

    private static RefusedException UnknownColumn(string name, string part, IEnumerable<string> columns) =>
        new("unknownColumn", $"{part}.column", $"There is no column '{name}'.{NearestName.Suggestion(name, columns)}");

    private static void RefuseIfEmpty(int[] rows, string part, string consequence)
    {
        if (rows.Length == 0)
        {
            throw new RefusedException(part == "test" ? "emptyTest" : "emptyValidation", part,
                $"This split sets no row with a target aside for {part}, {consequence}. " +
                "Send a larger fraction, or \"split\": \"rows\" with row numbers.");
        }
    }

    private static RefusedException TooFewInClass(string label, int rows, string part) => new("tooFewInClass", $"{part}.split",
        $"The class '{label}' has {rows} row(s), too few for one in each part. " +
        "Add rows of this class, remove those rows from the table, or use \"split\": \"random\".");
}
