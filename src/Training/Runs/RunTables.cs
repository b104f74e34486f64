using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>The tables that a run reads.</summary>
/// <param name="Dataset">The run's dataset.</param>
/// <param name="Validation">The dataset of a validation split of kind <c>dataset</c>.</param>
/// <param name="Test">The dataset of a test split of kind <c>dataset</c>.</param>
public sealed record RunTables(Table Dataset, Table? Validation = null, Table? Test = null)
{
    /// <summary>Concatenates all rows: the dataset's, then those of the validation and the test dataset.</summary>
    /// <param name="columns">The features and the target; all datasets must have them.</param>
    /// <param name="groups">Columns that group the dataset's own rows; they are missing in the rows of the others.</param>
    /// <exception cref="RefusedException"><c>otherColumns</c>, <c>unknownLevel</c>: another dataset does not match the first.</exception>
    public Table Concatenate(IReadOnlyList<string> columns, IEnumerable<string> groups)
    {
        var kept = groups.Except(columns).Where(name => Dataset.Find(name) is not null).ToArray();
        return Append(Append(Dataset, Validation, "validation.dataset"), Test, "test.dataset");

        Table Append(Table table, Table? other, string field) => other is null ? table : new([
            .. columns.Select(name => RunTables.Append(table.Find(name)!, other.Find(name), field)),
            .. kept.Select(name => AppendMissing(table.Find(name)!, other.Rows))]);
    }

    private static Column Append(Column column, Column? other, string field) => (column, other) switch
    {
        (NumberColumn first, NumberColumn second) when first.Kind == second.Kind =>
            new NumberColumn(column.Name, [.. first.Values, .. second.Values], column.Kind),
        (CategoryColumn first, CategoryColumn second) => Append(first, second, field),
        (_, NumberColumn second) when second.Values.All(double.IsNaN) => AppendMissing(column, second.Rows),
        _ => throw new RefusedException("otherColumns", field, other is null
            ? $"That dataset has no column '{column.Name}', which this run needs. It must have the target and all features."
            : $"'{column.Name}' contains {Describe(other.Kind)} in that dataset and {Describe(column.Kind)} in the training dataset. " +
              "Both must be of the same kind."),
    };

    private static CategoryColumn Append(CategoryColumn first, CategoryColumn second, string field)
    {
        var known = first.Levels.Select((level, code) => (level, code)).ToDictionary(pair => pair.level, pair => pair.code);
        var unknown = Array.Find(second.Levels, level => !known.ContainsKey(level));
        if (unknown is not null)
        {
            throw new RefusedException("unknownLevel", field,
                $"'{first.Name}' is '{unknown}' in that dataset, which does not occur in the training dataset." +
                $"{NearestName.Suggestion(unknown, first.Levels)} Remove those rows, or add rows with that value to the training dataset.");
        }

        var codes = second.Codes.Select(code => (uint)code < (uint)second.Levels.Length ? known[second.Levels[code]] : code);
        return new(first.Name, [.. first.Codes, .. codes], first.Levels, first.Distinct);
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
        _ => "texts",
    };
}
