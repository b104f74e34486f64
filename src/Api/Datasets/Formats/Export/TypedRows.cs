using System.Text;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Formats.Export;

/// <summary>The rows of a CSV that was accepted, with the kinds of their columns.</summary>
internal sealed class TypedRows : IDisposable
{
    private readonly CsvRows _rows;
    private readonly CellReader[] _cells;

    /// <param name="csv">At its start; stays open.</param>
    /// <param name="reading">How it is understood.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    public TypedRows(Stream csv, TableReading reading, CancellationToken cancellationToken)
    {
        _rows = new(csv, reading.Dialect, isChecked: true, cancellationToken);
        _cells = [.. reading.Columns.Select(column => new CellReader(column, reading.Dialect.TrimsQuoted))];
        Columns = reading.Columns;
    }

    public IReadOnlyList<ColumnReading> Columns { get; }

    /// <summary>Moves to the next row. False at the end.</summary>
    public bool Next() => _rows.Next();

    /// <summary>A value of the current row as a number; null if it is missing.</summary>
    public double? Number(int column) =>
        _cells[column].TryRead(Cell(column), out var number) && Math.Abs(number) <= NumberColumn.Largest ? number : null;

    /// <summary>A value of the current row as true or false; null if it is missing.</summary>
    public bool? Boolean(int column) => Number(column) is { } truth ? truth != 0 : null;

    /// <summary>A value of the current row as a date and time in UTC; null if it is missing.</summary>
    public DateTime? Time(int column) => Number(column) is { } seconds ? DateFormat.TimeOf(seconds) : null;

    /// <summary>A value of the current row as a text, and a date as ISO 8601; null if it is missing.</summary>
    public string? Text(int column) => IsTime(column) ? Number(column) is { } seconds ? DateFormat.ToText(seconds) : null
        : _cells[column].IsMissing(Cell(column)) ? null
        : Encoding.UTF8.GetString(_cells[column].TextOf(Cell(column)));

    /// <summary>Whether the column has numbers; those of other columns are booleans, dates or texts.</summary>
    public bool IsNumber(int column) => Columns[column].Kind == ColumnKind.Number;

    public bool IsBoolean(int column) => Columns[column].Kind == ColumnKind.Boolean;

    public bool IsTime(int column) => Columns[column].Kind == ColumnKind.Date;

    public void Dispose() => _rows.Dispose();

    private ReadOnlySpan<byte> Cell(int column) => _rows.Cell(Columns[column].Field);
}
