namespace Velodrome.Training.Tables;

/// <summary>Columns of equal length with names that differ.</summary>
public sealed class Table
{
    private readonly Dictionary<string, Column> _byName;

    /// <param name="columns">At least one; in the order of the file.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a name stands twice.</exception>
    public Table(IReadOnlyList<Column> columns)
    {
        if (columns.Count == 0 || columns.Any(column => column.Rows != columns[0].Rows))
        {
            throw new ArgumentException("A table needs columns of one length.", nameof(columns));
        }

        Columns = columns;
        _byName = columns.ToDictionary(column => column.Name);
    }

    public IReadOnlyList<Column> Columns { get; }

    public int Rows => Columns[0].Rows;

    /// <summary>The column of that name, or null.</summary>
    public Column? Find(string name) => _byName.GetValueOrDefault(name);
}
