namespace Velodrome.Training.Tables;

/// <summary>Columns of equal length and different names.</summary>
public sealed class Table
{
    private readonly Dictionary<string, Column> _byName;

    /// <param name="columns">At least one, in the order of the file.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a name occurs twice.</exception>
    public Table(IReadOnlyList<Column> columns)
    {
        if (columns.Count == 0 || columns.Any(column => column.Rows != columns[0].Rows))
        {
            throw new ArgumentException("A table needs at least one column, all of the same length.", nameof(columns));
        }

        Columns = columns;
        _byName = columns.ToDictionary(column => column.Name);
    }

    /// <summary>The columns, in the order of the file.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Number of rows.</summary>
    public int Rows => Columns[0].Rows;

    /// <summary>Memory of the values and texts.</summary>
    public long Bytes => Columns.Sum(column => column.Bytes);

    /// <summary>The column with this exact name, or null.</summary>
    public Column? Find(string name) => _byName.GetValueOrDefault(name);
}
