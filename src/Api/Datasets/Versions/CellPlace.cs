using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Datasets.Formats;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>Where the current cell of rows that are appended is in what was sent.</summary>
/// <param name="format">The format in which the rows were sent.</param>
/// <param name="rows">The rows as CSV.</param>
internal sealed class CellPlace(TableFormat format, CsvRows rows)
{
    /// <summary>Number of the current row, from 0.</summary>
    public int Row { get; set; }

    /// <summary>Index of the current field in the rows; -1 for the whole row.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Name of the current column.</summary>
    public string Name { get; set; } = "";

    /// <summary>The field of a refusal.</summary>
    public string Field => format is TableFormat.Json or TableFormat.Ndjson ? $"rows[{Row}].{Name}" : Name;

    /// <summary>The beginning of a sentence. Lines are those of a CSV; the rows of other formats are counted.</summary>
    public override string ToString() =>
        (format == TableFormat.Csv ? $"Line {rows.Line}" : $"Row {Row + 1}") + (Index < 0 ? "" : $", column {Index + 1} ({Name})");
}
