using System.Globalization;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Excel;

/// <summary>Cells of a sheet. Rows and columns count from 1.</summary>
internal readonly record struct CellRange(int FirstRow, int LastRow, int FirstColumn, int LastColumn)
{
    public const int MaxRow = 1 << 20;
    public const int MaxColumn = 1 << 14;

    public static readonly CellRange All = new(1, MaxRow, 1, MaxColumn);

    /// <summary>Reads a range such as <c>B2:F100</c>, <c>B2:F</c>, <c>B:F</c> or <c>B2</c>. Without a last row, or a last cell, it reaches
    /// to the end of the sheet.</summary>
    /// <exception cref="RefusedException"><c>invalidRange</c>.</exception>
    public static CellRange Parse(string text)
    {
        var ends = text.Split(':');
        if (ends.Length <= 2 && TryParse(ends[0], out var column, out var row))
        {
            var (lastColumn, lastRow) = (0, 0);
            if (ends.Length == 1 || TryParse(ends[1], out lastColumn, out lastRow))
            {
                var range = new CellRange(
                    Math.Max(row, 1), lastRow > 0 ? lastRow : MaxRow, column, lastColumn > 0 ? lastColumn : MaxColumn);
                if (range.FirstRow < range.LastRow && range.FirstColumn <= range.LastColumn)
                {
                    return range;
                }
            }
        }

        throw new RefusedException("invalidRange", "range",
            $"\"{(text.Length <= 40 ? text : $"{text.AsSpan(0, 40)}…")}\" is no range of cells. Send one such as B2:F100, or B2:F for " +
            "all rows from the second on; its first row has the names of the columns.");
    }

    /// <summary>Reads an address such as <c>B2</c>; the row may be missing, and is 0 then.</summary>
    public static bool TryParse(ReadOnlySpan<char> address, out int column, out int row)
    {
        (column, row) = (0, 0);
        var letters = 0;
        for (; letters < address.Length && char.IsAsciiLetter(address[letters]) && letters < 4; letters++)
        {
            column = 26 * column + (address[letters] | 0x20) - 'a' + 1;
        }

        return column is >= 1 and <= MaxColumn && (letters == address.Length
            || (int.TryParse(address[letters..], NumberStyles.None, CultureInfo.InvariantCulture, out row) && row is >= 1 and <= MaxRow));
    }

    /// <summary>The address of a cell, such as <c>B2</c>.</summary>
    public static string AddressOf(int row, int column)
    {
        var letters = "";
        for (; column > 0; column = (column - 1) / 26)
        {
            letters = (char)('A' + (column - 1) % 26) + letters;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{letters}{row}");
    }
}
