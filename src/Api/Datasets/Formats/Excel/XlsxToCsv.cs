using System.Globalization;
using System.IO.Compression;
using Velodrome.Api.Memory;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Excel;

/// <summary>
/// Converts a sheet to CSV. The first row with a value names the columns. Rows without a value are treated like blank lines of a CSV: they
/// are left out, but in a sheet with one column each is a missing value if a row with a value follows. A value to the right of the last
/// name, or to the left of the table, is refused, because it belongs to no column.
/// </summary>
internal static class XlsxToCsv
{
    private const int MaxNames = 10;

    /// <param name="zip">The workbook.</param>
    /// <param name="options">The sheet and the range to read.</param>
    /// <param name="csv">Receives the rows.</param>
    /// <param name="maxBytes">The largest dataset.</param>
    /// <param name="reserved">Reserves the memory of its texts.</param>
    /// <exception cref="RefusedException">With the cell of the mistake.</exception>
    public static void Convert(ZipArchive zip, SheetOptions options, ConvertedCsv csv, long maxBytes, GrowingReservation reserved)
    {
        var workbook = new Workbook(zip, maxBytes, reserved);
        var range = options.Range is null ? CellRange.All : CellRange.Parse(options.Range);
        foreach (var sheet in Candidates(workbook, options.Sheet))
        {
            using var rows = new SheetRows(workbook, sheet, range);
            var names = new List<SheetCell>();
            while (names.Count == 0 && rows.Next(names)) { } // a row of errors has no names
            if (names.Count == 0)
            {
                continue;
            }

            var blank = Write(rows, names, options.Range is null ? CellRange.MaxColumn : range.FirstColumn, sheet, csv);
            AddBlankRows(blank, sheet, csv);
            AddNotes(rows, workbook, sheet, options, csv);
            return;
        }

        throw new RefusedException("noRows", null, options.Sheet is null
            ? "No sheet of the workbook has a value there."
            : $"The sheet \"{options.Sheet}\" has no value there.");
    }

    private static List<Sheet> Candidates(Workbook workbook, string? name)
    {
        var candidates = workbook.Sheets.Where(sheet => name is null ? !sheet.IsHidden : sheet.Name == name).ToList();
        return candidates.Count > 0 || name is null ? candidates : throw new RefusedException("unknownValue", "sheet",
            $"The workbook has no sheet \"{name}\". It has {Names(workbook.Sheets)}.");
    }

    /// <returns>The rows without a value between others that were left out.</returns>
    private static BlankRows Write(SheetRows rows, List<SheetCell> names, int firstColumn, Sheet sheet, ConvertedCsv csv)
    {
        var row = new List<SheetCell>();
        var before = rows.Row;
        var hasRow = rows.Next(row);
        var leftmost = row.Count > 0 ? Math.Min(row[0].Column, names[0].Column) : names[0].Column; // an index has no name
        var first = Math.Min(firstColumn, leftmost);
        var last = names[^1].Column;
        var header = new string[last - first + 1];
        Array.Fill(header, "");
        foreach (var name in names)
        {
            header[name.Column - first] = TextOf(name);
        }

        csv.WriteHeader(header);
        var blank = default(BlankRows);
        for (; hasRow; before = rows.Row, hasRow = rows.Next(row))
        {
            if (row.Count > 0 && (row[^1].Column > last || row[0].Column < first))
            {
                throw OutsideColumns(rows.Row, row[0].Column < first ? row[0].Column : row[^1].Column, sheet);
            }

            var gap = rows.Row - before - 1;
            if (header.Length > 1)
            {
                blank = gap > 0 ? new(blank.Count + gap, blank.Count > 0 ? blank.First : before + 1) : blank;
            }
            else
            {
                for (; gap > 0; gap--)
                {
                    Write([], first, last, csv);
                }
            }

            Write(row, first, last, csv);
        }

        return blank;
    }

    private static void Write(List<SheetCell> row, int first, int last, ConvertedCsv csv)
    {
        var column = first;
        foreach (var cell in row)
        {
            for (; column < cell.Column; column++)
            {
                csv.WriteMissing();
            }

            Write(cell, csv);
            column++;
        }

        for (; column <= last; column++)
        {
            csv.WriteMissing();
        }

        csv.EndRow();
    }

    private static void Write(SheetCell cell, ConvertedCsv csv)
    {
        if (cell.Number is { } number)
        {
            csv.Write(number);
        }
        else if (cell.Boolean is { } truth)
        {
            csv.Write(truth);
        }
        else
        {
            csv.Write(cell.Text, cell.TextKind);
        }
    }

    private static string TextOf(SheetCell cell) => cell.Text?.Trim()
        ?? cell.Number?.ToString("R", CultureInfo.InvariantCulture) ?? (cell.Boolean == true ? "true" : "false");

    private static string Names(IEnumerable<Sheet> sheets)
    {
        var names = sheets.Take(MaxNames + 1).Select(sheet => $"\"{sheet.Name}\"").ToList();
        return string.Join(", ", names.Take(MaxNames)) + (names.Count > MaxNames ? " and others" : "");
    }

    private static RefusedException OutsideColumns(int row, int column, Sheet sheet) => new("raggedRow", null,
        $"The cell {CellRange.AddressOf(row, column)} of the sheet \"{sheet.Name}\" has a value, but its column has no name in the " +
        "first row. Name the column, clear the cell, or send the range of the table, such as range=A3:F.");

    private static void AddBlankRows(BlankRows blank, Sheet sheet, ConvertedCsv csv)
    {
        if (blank.Count > 0)
        {
            csv.Notes.Add(new("blankRows", null,
                $"{blank.Count} {(blank.Count == 1 ? "row" : "rows")} of the sheet \"{sheet.Name}\" without a value " +
                $"{(blank.Count == 1 ? "is" : "are")} left out, as blank lines of a CSV are. The first one is row {blank.First}.",
                blank.Count));
        }
    }

    private static void AddNotes(SheetRows rows, Workbook workbook, Sheet sheet, SheetOptions options, ConvertedCsv csv)
    {
        if (options.Sheet is null && workbook.Sheets.Count > 1)
        {
            csv.Notes.Add(new("otherSheets", null,
                $"Only the sheet \"{sheet.Name}\" was read. The workbook also has " +
                $"{Names(workbook.Sheets.Where(other => other != sheet))}; send sheet= for another."));
        }

        if (rows.Errors > 0)
        {
            csv.Notes.Add(new("errorCells", null,
                $"{rows.Errors} cells have an error instead of a value, such as {rows.FirstError}; they count as missing."));
        }

        if (rows.MergedAreas > 0)
        {
            csv.Notes.Add(new("mergedCells", null,
                $"The sheet has {rows.MergedAreas} areas of merged cells, such as {rows.FirstMergedArea}. Only the first cell of each " +
                "has a value; the others count as missing."));
        }
    }

    /// <param name="Count">How many there are.</param>
    /// <param name="First">The number of the first one in the sheet.</param>
    private readonly record struct BlankRows(int Count, int First);
}
