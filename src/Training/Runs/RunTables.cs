using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Training.Runs;

/// <summary>The tables that a run reads.</summary>
/// <param name="Dataset">The run's dataset.</param>
/// <param name="Validation">The dataset of a validation split of kind <c>dataset</c>.</param>
/// <param name="Test">The dataset of a test split of kind <c>dataset</c>.</param>
public sealed record RunTables(Table Dataset, Table? Validation = null, Table? Test = null)
{
    /// <summary>Names of the columns that all datasets of a run must have: the features, the target, and the weights if there are
    /// any.</summary>
    public static IReadOnlyList<string> Needed(IReadOnlyList<string> features, string target, string? weights) =>
        weights is null || features.Contains(weights) ? [.. features, target] : [.. features, target, weights];

    /// <summary>Concatenates all rows: the dataset's, then those of the validation and the test dataset. The result has only the columns
    /// that are named, so that what a run needs does not depend on what else is in memory.</summary>
    /// <param name="columns">Those of <see cref="Needed"/>.</param>
    /// <param name="groups">Columns that group the dataset's own rows; they are missing in the rows of the others.</param>
    /// <param name="target">The column to predict, whose values must all occur in the dataset if they are classes.</param>
    /// <exception cref="RefusedException"><c>otherColumns</c>, <c>unknownLevel</c>: another dataset does not match the first.</exception>
    public Table Concatenate(IReadOnlyList<string> columns, IEnumerable<string> groups, string target)
    {
        var kept = groups.Except(columns).Where(name => Dataset.Find(name) is not null).ToArray();
        var dataset = new Table([.. columns.Concat(kept).Select(name => Dataset.Find(name)!)]);
        return Append(Append(dataset, Validation, "validation.dataset"), Test, "test.dataset");

        Table Append(Table table, Table? other, string field) => other is null ? table : new([
            .. columns.Select(name => RunTables.Append(table.Find(name)!, other.Find(name), field, isTarget: name == target)),
            .. kept.Select(name => AppendMissing(table.Find(name)!, other.Rows))]);
    }

    private static Column Append(Column column, Column? other, string field, bool isTarget) => (column, other) switch
    {
        (NumberColumn first, NumberColumn second) when first.Kind == second.Kind =>
            new NumberColumn(column.Name, [.. first.Values, .. second.Values], column.Kind),
        (CategoryColumn first, CategoryColumn second) => Append(first, second, field, isTarget),
        (_, NumberColumn second) when second.Values.All(double.IsNaN) => AppendMissing(column, second.Rows),
        _ => throw OtherColumns(column.Name, column.Kind, other?.Kind, field),
    };

    /// <summary>Refuses another dataset if its profile shows that <see cref="Concatenate"/> would.</summary>
    /// <param name="columns">Those of <see cref="Needed"/>.</param>
    /// <param name="first">The run's dataset.</param>
    /// <param name="other">The other dataset. A column of another kind is read like the first dataset's, if every cell allows it.</param>
    /// <param name="field">Where the request names the other dataset.</param>
    /// <exception cref="RefusedException"><c>otherColumns</c>.</exception>
    internal static void CheckColumns(IEnumerable<string> columns, TableProfile first, TableProfile other, string field)
    {
        var (kinds, others) = (first.Columns.ToDictionary(column => column.Name), other.Columns.ToDictionary(column => column.Name));
        foreach (var name in columns)
        {
            var kind = kinds[name].Kind;
            var second = others.GetValueOrDefault(name);
            if (second is null || (second.Kind != kind && !MayBeReadAs(second, first.Reading.Find(name))))
            {
                throw OtherColumns(name, kind, second?.Kind, field);
            }
        }
    }

    /// <summary>Whether no value that the profile shows is in the way. Whether any other value is, only its rows show.</summary>
    private static bool MayBeReadAs(ColumnProfile column, ColumnReading? reading)
    {
        if (reading is not { Kind: not ColumnKind.Category } || column.Kind != ColumnKind.Category)
        {
            return true; // any cell can be text, and 1 may be true or a time
        }

        var reader = new CellReader(reading, trims: true);
        return (column.Frequent ?? []).All(value => reader.TryRead(System.Text.Encoding.UTF8.GetBytes(value.Value), out _));
    }

    private static RefusedException OtherColumns(string name, ColumnKind kind, ColumnKind? other, string field) => new(
        "otherColumns", field, other is null
            ? $"That dataset has no column '{name}', which this run needs. It must have the target, all " +
              "features, and the weight column if there is one."
            : $"'{name}' contains {Describe(other.Value)} in that dataset and {Describe(kind)} in the training dataset. " +
              "Both must be of the same kind.");

    /// <summary>Appends text. A value that only the other dataset has is a level of a feature that no training row has, as in a row to
    /// predict; the network cannot learn to predict such a class.</summary>
    private static CategoryColumn Append(CategoryColumn first, CategoryColumn second, string field, bool isTarget)
    {
        var known = first.Levels.Select((level, code) => (level, code)).ToDictionary(pair => pair.level, pair => pair.code);
        var unknown = Array.Find(second.Levels, level => !known.ContainsKey(level));
        if (unknown is not null && isTarget)
        {
            throw new RefusedException("unknownLevel", field,
                $"'{first.Name}' is '{unknown}' in that dataset, which does not occur in the training dataset." +
                $"{NearestName.Suggestion(unknown, first.Levels)} Remove those rows, or add rows with that value to the training dataset.");
        }

        string[] added = [.. second.Levels.Where(level => !known.ContainsKey(level))];
        string[] levels = [.. first.Levels.Concat(added).Take(CategoryColumn.MaxLevels)];
        for (var code = first.Levels.Length; code < levels.Length; code++)
        {
            known[levels[code]] = code;
        }

        var codes = second.Codes.Select(code => (uint)code < (uint)second.Levels.Length
            ? known.GetValueOrDefault(second.Levels[code], CategoryColumn.MaxLevels) : code);
        return new(first.Name, [.. first.Codes, .. codes], levels, first.Distinct + added.Length);
    }

    private static Column AppendMissing(Column column, int rows) => column switch
    {
        NumberColumn numbers => new NumberColumn(column.Name, [.. numbers.Values, .. Enumerable.Repeat(double.NaN, rows)], column.Kind),
        CategoryColumn texts => new CategoryColumn(
            column.Name, [.. texts.Codes, .. Enumerable.Repeat(CategoryColumn.Missing, rows)], texts.Levels, texts.Distinct),
        _ => throw new ArgumentException($"Can't append to a {column.GetType().Name}.", nameof(column)),
    };

    private static string Describe(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => "numbers",
        ColumnKind.Boolean => "true and false",
        ColumnKind.Date => "dates",
        _ => "text",
    };
}
