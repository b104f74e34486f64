using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Finds out what a column holds while its cells pass by.</summary>
internal sealed class ColumnScan(string name)
{
    private int _present;
    private int _booleans;
    private int _numbers;
    private (long Line, string Text)? _tooLarge;
    private (long Line, string Text)? _text;

    public void Observe(ReadOnlySpan<byte> cell, long line)
    {
        if (Cell.IsMissing(cell))
        {
            return;
        }

        _present++;
        if (Cell.IsNumber(cell, out var number))
        {
            _numbers++;
            if (!(Math.Abs(number) <= Cell.LargestNumber))
            {
                _tooLarge ??= (line, Cell.Shown(cell));
            }
        }
        else
        {
            _booleans += Cell.IsBoolean(cell, out _) ? 1 : 0;
            _text ??= (line, Cell.Shown(cell));
        }
    }

    /// <exception cref="RefusedException"><c>numberTooLarge</c>.</exception>
    public CsvColumn ToColumn(int position)
    {
        var kind = _numbers == _present ? ColumnKind.Number : _booleans == _present ? ColumnKind.Boolean : ColumnKind.Category;
        return kind == ColumnKind.Number && _tooLarge is { } cell
            ? throw new RefusedException("numberTooLarge", name,
                $"Line {cell.Line}, column {position} ({name}): {cell.Text} is too large a number. Send at most {Cell.LargestNumber}, in a larger unit if need be, or leave the cell empty.")
            : new(name, kind);
    }

    /// <summary>A column of numbers that a few texts have made a category of, or null.</summary>
    public DatasetWarning? MostlyNumbers() => _text is { } first && _numbers > 0.9 * _present
        ? new("mostlyNumbers", name,
            $"{name} counts as a category for its texts, though {_numbers} of {_present} values are numbers. The first text is {first.Text}, in line {first.Line}; for a missing value leave the cell empty.")
        : null;
}
