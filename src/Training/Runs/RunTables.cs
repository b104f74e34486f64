using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>The tables that a run reads: its dataset, and those that a split of the kind 'dataset' names.</summary>
public sealed record RunTables(Table Dataset, Table? Validation = null, Table? Test = null)
{
    /// <summary>All rows in one table: the dataset's, then the validation and the test dataset's.</summary>
    /// <param name="columns">The features and the target, which all datasets must have.</param>
    /// <param name="groups">Columns that part the dataset's own rows; the others' rows have no value there.</param>
    /// <exception cref="RefusedException"><c>otherColumns</c>, <c>unknownLevel</c>: the other datasets do not fit the first.</exception>
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
        (NumberColumn first, NumberColumn second) when first.Kind == second.Kind => new NumberColumn(column.Name, [.. first.Values, .. second.Values], column.Kind),
        (CategoryColumn first, CategoryColumn second) => Append(first, second, field),
        (_, NumberColumn second) when second.Values.All(double.IsNaN) => AppendMissing(column, second.Rows),
        _ => throw new RefusedException("otherColumns", field, other is null
            ? $"That dataset has no column '{column.Name}', which this run needs. It must have the target and every feature."
            : $"'{column.Name}' holds {Describe(other.Kind)} in that dataset and {Describe(column.Kind)} in the one to train on. Both must hold the same kind."),
    };

    private static CategoryColumn Append(CategoryColumn first, CategoryColumn second, string field)
    {
        var known = first.Levels.Select((level, code) => (level, code)).ToDictionary(pair => pair.level, pair => pair.code);
        var unknown = Array.Find(second.Levels, level => !known.ContainsKey(level));
        if (unknown is not null)
        {
            throw new RefusedException("unknownLevel", field,
                $"'{first.Name}' is '{unknown}' in that dataset, a level that the one to train on does not have.{NearestName.Suggestion(unknown, first.Levels)} Leave those rows out, or add rows of that level to train on.");
        }

        return new(first.Name, [.. first.Codes, .. second.Codes.Select(code => (uint)code < (uint)second.Levels.Length ? known[second.Levels[code]] : code)],
            first.Levels, first.Distinct);
    }

    private static Column AppendMissing(Column column, int rows) => column switch
    {
        NumberColumn numbers => new NumberColumn(column.Name, [.. numbers.Values, .. Enumerable.Repeat(double.NaN, rows)], column.Kind),
        CategoryColumn texts => new CategoryColumn(column.Name, [.. texts.Codes, .. Enumerable.Repeat(CategoryColumn.Missing, rows)], texts.Levels, texts.Distinct),
        _ => throw new ArgumentException($"No such column: {column.GetType().Name}.", nameof(column)),
    };

    private static string Describe(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => "numbers",
        ColumnKind.Boolean => "true and false",
        _ => "texts",
    };
}
