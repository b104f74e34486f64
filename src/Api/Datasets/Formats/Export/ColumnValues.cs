using Velodrome.Api.Datasets.Csv;

namespace Velodrome.Api.Datasets.Formats.Export;

/// <summary>Values of the columns of some rows, for formats that store columns.</summary>
internal sealed class ColumnValues
{
    private const int MaxCells = 1 << 20;
    private const int MaxTextChars = 1 << 22;

    /// <summary>Memory of a value, in a list that has grown, and of its copies.</summary>
    private const long BytesOfCell = 80;

    /// <summary>Memory of a character in a string, and again as UTF-8.</summary>
    private const long BytesOfCharacter = 6;

    private ColumnValues(TypedRows rows)
    {
        var columns = Enumerable.Range(0, rows.Columns.Count).ToList();
        Numbers = [.. columns.Select(column => rows.IsNumber(column) ? new List<double?>() : null)];
        Booleans = [.. columns.Select(column => rows.IsBoolean(column) ? new List<bool?>() : null)];
        Times = [.. columns.Select(column => rows.IsTime(column) ? new List<DateTime?>() : null)];
        Texts = [.. columns.Select(column =>
            rows.IsNumber(column) || rows.IsBoolean(column) || rows.IsTime(column) ? null : new List<string?>())];
    }

    /// <summary>The numbers of each column; null for a column of another kind.</summary>
    public List<double?>?[] Numbers { get; }

    public List<bool?>?[] Booleans { get; }

    /// <summary>Dates and times in UTC.</summary>
    public List<DateTime?>?[] Times { get; }

    public List<string?>?[] Texts { get; }

    public int Rows { get; private set; }

    /// <summary>Memory of the values, and of what a format makes of them.</summary>
    public static long MemoryOf(long csvLength) =>
        BytesOfCell * Math.Min(csvLength, MaxCells) + BytesOfCharacter * Math.Min(csvLength, MaxTextChars + CsvFormat.MaxRowBytes);

    /// <summary>Reads the next rows, as many as fit into memory easily. Empty at the end.</summary>
    public static ColumnValues Read(TypedRows rows, CancellationToken cancellationToken)
    {
        var values = new ColumnValues(rows);
        var (maxRows, characters) = (Math.Max(1, MaxCells / rows.Columns.Count), 0L);
        while (values.Rows < maxRows && characters < MaxTextChars && rows.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var column = 0; column < rows.Columns.Count; column++)
            {
                if (values.Numbers[column] is { } numbers)
                {
                    numbers.Add(rows.Number(column));
                }
                else if (values.Booleans[column] is { } booleans)
                {
                    booleans.Add(rows.Boolean(column));
                }
                else if (values.Times[column] is { } times)
                {
                    times.Add(rows.Time(column));
                }
                else
                {
                    var text = rows.Text(column);
                    characters += text?.Length ?? 0;
                    values.Texts[column]!.Add(text);
                }
            }

            values.Rows++;
        }

        return values;
    }
}
