using System.Globalization;
using System.Xml;
using Velodrome.Training;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Formats.Excel;

/// <summary>A value in a cell.</summary>
/// <param name="Column">The cell's column, from 1.</param>
/// <param name="Text">A text, or a date as ISO 8601; null if the value is a number or a boolean.</param>
/// <param name="Number">A number.</param>
/// <param name="Boolean">True or false.</param>
/// <param name="TextKind">The kind as which the text is to be read; null if it is to be detected, as for a time of day.</param>
internal readonly record struct SheetCell(
    int Column, string? Text, double? Number, bool? Boolean, ColumnKind? TextKind = ColumnKind.Category);

/// <summary>Reads the rows of a sheet that have a value or an error, one at a time.</summary>
internal sealed class SheetRows(Workbook workbook, Sheet sheet, CellRange range) : IDisposable
{
    private static readonly DateTime Epoch1900 = new(1899, 12, 30);
    private static readonly DateTime Epoch1904 = new(1904, 1, 1);

    private readonly XmlReader _xml = workbook.Open(sheet.Part) ?? throw new InvalidDataException($"the sheet {sheet.Name} is missing");
    private int _row;
    private int _column;
    private bool _hasError;

    /// <summary>The number of the current row in the sheet, from 1.</summary>
    public int Row => _row;

    /// <summary>Cells with an error such as #N/A, which count as missing.</summary>
    public int Errors { get; private set; }

    /// <summary>The first of the <see cref="Errors"/>: its address and what it shows.</summary>
    public string? FirstError { get; private set; }

    /// <summary>Areas of merged cells that were read so far. In the file, they come after all rows.</summary>
    public int MergedAreas { get; private set; }

    /// <summary>The first of the <see cref="MergedAreas"/>.</summary>
    public string? FirstMergedArea { get; private set; }

    /// <summary>Reads the values of the next row that has one, in the order of their columns. A row of errors has none.</summary>
    /// <returns>False at the end of the range.</returns>
    /// <exception cref="RefusedException"><c>formulaWithoutValue</c>.</exception>
    public bool Next(List<SheetCell> cells)
    {
        cells.Clear();
        _hasError = false;
        while (_xml.Read())
        {
            if (_xml.NodeType == XmlNodeType.EndElement && _xml.LocalName == "row" && (cells.Count > 0 || _hasError))
            {
                return true;
            }

            if (_xml.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            switch (_xml.LocalName)
            {
                case "row":
                    BeginRow();
                    break;
                case "c":
                    ReadCell(cells);
                    break;
                case "mergeCell":
                    MergedAreas++;
                    FirstMergedArea ??= _xml.GetAttribute("ref");
                    break;
            }
        }

        return cells.Count > 0;
    }

    public void Dispose() => _xml.Dispose();

    private void BeginRow()
    {
        var before = _row;
        _row = _xml.GetAttribute("r") is { } number
            ? int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : 0
            : _row + 1;
        if (_row <= before || _row > CellRange.MaxRow)
        {
            throw new InvalidDataException($"row {_row} follows row {before}");
        }

        _column = 0;
    }

    private void ReadCell(List<SheetCell> cells)
    {
        var address = _xml.GetAttribute("r");
        var before = _column;
        _column = address is null ? _column + 1 : CellRange.TryParse(address, out var column, out _) ? column : 0;
        if (_column <= before || _column > CellRange.MaxColumn)
        {
            throw new InvalidDataException($"in row {_row}, cell {address} follows column {before}");
        }

        var (type, style) = (_xml.GetAttribute("t"), _xml.GetAttribute("s"));
        var (value, hasFormula) = ReadContent();
        var isInside = _row >= range.FirstRow && _row <= range.LastRow && _column >= range.FirstColumn && _column <= range.LastColumn;
        if (!isInside)
        {
            return;
        }

        if (hasFormula && type != "str" && string.IsNullOrEmpty(value))
        {
            throw new RefusedException("formulaWithoutValue", CellRange.AddressOf(_row, _column),
                $"The cell {CellRange.AddressOf(_row, _column)} of the sheet \"{sheet.Name}\" has a formula without its result. Open " +
                "the file in Excel or LibreOffice, which calculates it, and save it again.");
        }

        if (value is { Length: > 0 })
        {
            Add(cells, type, style, value);
        }
    }

    private (string? Value, bool HasFormula) ReadContent()
    {
        var (value, hasFormula) = ((string?)null, false);
        if (_xml.IsEmptyElement)
        {
            return (null, false);
        }

        var depth = _xml.Depth;
        while (_xml.Read() && _xml.Depth > depth)
        {
            if (_xml is { NodeType: XmlNodeType.Element, LocalName: "v" or "is" })
            {
                value = SharedTexts.ReadText(_xml);
            }
            else if (_xml is { NodeType: XmlNodeType.Element, LocalName: "f" })
            {
                hasFormula = true;
            }
        }

        return (value, hasFormula);
    }

    private void Add(List<SheetCell> cells, string? type, string? style, string value)
    {
        switch (type)
        {
            case "e":
                Errors++;
                _hasError = true;
                FirstError ??= $"{value} in {CellRange.AddressOf(_row, _column)}";
                break;
            case "b":
                cells.Add(new(_column, null, null, value is "1" or "true"));
                break;
            case "s":
                AddText(cells, workbook.SharedStrings[int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number : -1]);
                break;
            case "str" or "inlineStr":
                AddText(cells, value);
                break;
            case "d":
                cells.Add(new(_column, value, null, null, TextKind: null));
                break;
            default:
                AddNumber(cells, style, value);
                break;
        }
    }

    private void AddText(List<SheetCell> cells, string text)
    {
        if (text.Length > 0)
        {
            cells.Add(new(_column, EscapedText.Decode(text), null, null));
        }
    }

    private void AddNumber(List<SheetCell> cells, string? style, string value)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            throw new InvalidDataException($"the cell {CellRange.AddressOf(_row, _column)} is no number");
        }

        var shown = int.TryParse(style, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? workbook.Styles[index] : NumberStyle.Number;
        var text = shown == NumberStyle.Number ? null : TimeOf(number, shown);
        var isTimeOfDay = shown == NumberStyle.Time && number < 1;
        cells.Add(text is null
            ? new(_column, null, number, null)
            : new(_column, text, null, null, isTimeOfDay ? null : ColumnKind.Date));
    }

    /// <summary>The date of a number of days; null if it is outside of the calendar.</summary>
    private string? TimeOf(double days, NumberStyle style)
    {
        if (days < 0 || days >= 2_958_466) // the year 10,000
        {
            return null;
        }

        var milliseconds = TimeSpan.FromMilliseconds(Math.Round(days * 86_400_000));
        if (style == NumberStyle.Time && days < 1)
        {
            return IsoTime.Of(milliseconds);
        }

        // In the calendar from 1900, day 60 is 29 February 1900, which never was: days before it are off by one.
        var time = (workbook.CountsFrom1904 ? Epoch1904 : Epoch1900.AddDays(days < 60 ? 1 : 0)) + milliseconds;
        return style == NumberStyle.Date && time.TimeOfDay == TimeSpan.Zero ? IsoTime.Of(DateOnly.FromDateTime(time)) : IsoTime.Of(time);
    }
}
