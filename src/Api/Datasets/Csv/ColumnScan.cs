using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Determines the kind of a column from its cells.</summary>
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

    /// <param name="position">The column's position in the file, from 1.</param>
    /// <exception cref="RefusedException"><c>numberTooLarge</c>.</exception>
    public CsvColumn ToColumn(int position)
    {
        var kind = _numbers == _present ? ColumnKind.Number : _booleans == _present ? ColumnKind.Boolean : ColumnKind.Category;
        return kind == ColumnKind.Number && _tooLarge is var (line, text)
            ? throw new RefusedException("numberTooLarge", name,
                $"Line {line}, column {position} ({name}): {text} is too large. Send a number of at most {Cell.LargestNumber}, " +
                "if necessary in a larger unit, or leave the cell empty.")
            : new(name, kind);
    }

    /// <summary>A warning if a few texts turned a column of numbers into a category; else null.</summary>
    public DatasetWarning? WarnIfMostlyNumbers() => _text is var (line, text) && _numbers > 0.9 * _present
        ? new("mostlyNumbers", name,
            $"{name} is read as a category because of a few texts; {_numbers} of its {_present} values are numbers. The first text is " +
            $"{text} in line {line}. For a missing value, leave the cell empty.")
        : null;
}
