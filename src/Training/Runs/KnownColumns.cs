using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>What is known of a column without its values.</summary>
/// <param name="Name">Unique in its table.</param>
/// <param name="Kind">The type of its values.</param>
/// <param name="CountDistinct">Counts different values; may stop at <see cref="KnownColumns.ManyValues"/>.</param>
internal readonly record struct KnownColumn(string Name, ColumnKind Kind, Func<int> CountDistinct);

/// <summary>The columns of a table, or of a stored profile whose table is not read.</summary>
internal sealed class KnownColumns
{
    /// <summary>From this number of different values on, a target has more than two classes.</summary>
    public const int ManyValues = 3;

    private readonly Dictionary<string, KnownColumn> _byName;

    private KnownColumns(IEnumerable<KnownColumn> columns)
    {
        List = [.. columns];
        _byName = List.ToDictionary(column => column.Name);
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<KnownColumn> List { get; }

    public static KnownColumns Of(Table table) =>
        new(table.Columns.Select(column => new KnownColumn(column.Name, column.Kind, () => CountUpToMany(column))));

    public static KnownColumns Of(IReadOnlyList<ColumnProfile> profiles) =>
        new(profiles.Select(profile => new KnownColumn(profile.Name, profile.Kind, () => profile.Distinct)));

    /// <summary>The column with this exact name, or null.</summary>
    public KnownColumn? Find(string name) => _byName.TryGetValue(name, out var column) ? column : null;

    private static int CountUpToMany(Column column)
    {
        var seen = new HashSet<double>();
        for (var row = 0; row < column.Rows && seen.Count < ManyValues; row++)
        {
            if (!column.IsMissing(row))
            {
                seen.Add(column is CategoryColumn texts ? texts.Codes[row] : ((NumberColumn)column).Values[row]);
            }
        }

        return seen.Count;
    }
}
