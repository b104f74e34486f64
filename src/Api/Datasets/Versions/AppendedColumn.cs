using System.Globalization;
using System.Text;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Api.Predictions;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>
/// Checks the cells of one column that are appended, by the reading of the dataset, and returns the text of each in the stored file.
/// </summary>
/// <param name="stored">How the column is read in the dataset.</param>
/// <param name="sent">How it is read in the rows that were sent, see <see cref="ReceivedTable.ReadingOf"/>.</param>
/// <param name="trims">See <see cref="Dialect.TrimsQuoted"/>.</param>
/// <param name="place">Where the cells are in what was sent.</param>
internal sealed class AppendedColumn(ColumnReading stored, ColumnReading sent, bool trims, CellPlace place)
{
    private const int MaxExamples = 5;

    private readonly CellReader _stored = new(stored, trims);
    private readonly CellReader _sent = new(sent, trims);
    private readonly bool _isConverted = sent != stored;
    private readonly CellCount _others = new();
    private readonly CellCount _markers = new();
    private readonly CellCount _leadingZeros = new();
    private readonly CellCount _largeIntegers = new();

    /// <summary>The text of a cell in the stored file.</summary>
    /// <param name="cell">The cell as it was sent.</param>
    /// <exception cref="RefusedException"><c>wrongType</c>, <c>numberTooLarge</c>.</exception>
    public ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> cell)
    {
        if (stored.Kind == ColumnKind.Category)
        {
            NoteMarker(cell, isTextColumn: true);
            return cell;
        }

        if (!_sent.TryRead(cell, out var value))
        {
            throw Refuse("wrongType", cell,
                $"is not {PredictionTable.Describe(sent)}, which the dataset has in this column. Send that, or leave the cell empty " +
                "(null in JSON) if the value is missing. To have the column read in another way, upload the whole table under a new name.");
        }

        if (double.IsNaN(value))
        {
            if (_sent.IsMissing(cell))
            {
                NoteMarker(cell, isTextColumn: false);
            }
            else
            {
                _others.Add(cell);
            }

            return cell;
        }

        if (stored.Kind == ColumnKind.Number)
        {
            Check(cell, value);
        }

        return _isConverted ? Convert(cell, value) : cell;
    }

    /// <summary>What was lost, or counts as missing.</summary>
    public IEnumerable<DatasetWarning> Notes()
    {
        var kind = stored.Kind switch { ColumnKind.Number => "numbers", ColumnKind.Date => "dates", _ => "truth values" };
        return new[]
        {
            _markers.Note("cellsCountAsMissing", stored.Name, "markers for a missing value",
                "They count as missing, as in the dataset. To read such cells as text, upload the whole table with the option " +
                "\"missing\"."),
            _others.Note(stored.Kind == ColumnKind.Number ? "mostlyNumbers" : "otherText", stored.Name, "other text",
                $"The column has {kind}, so they count as missing."),
            _leadingZeros.Note("leadingZeros", stored.Name, "numbers that begin with 0",
                "The dataset reads the column as numbers, which lose the zeros. Upload the table with the kind category if it has codes."),
            _largeIntegers.Note("largeIntegers", stored.Name, "integers beyond 2^53",
                "The dataset reads the column as numbers, which do not keep all of their digits. Upload the table with the kind " +
                "category if every digit counts."),
        }.OfType<DatasetWarning>();
    }

    private void Check(ReadOnlySpan<byte> cell, double value)
    {
        if (!(Math.Abs(value) <= NumberColumn.Largest))
        {
            throw Refuse("numberTooLarge", cell,
                $"is too large. Send a number of at most {NumberColumn.Largest}, if necessary in a larger unit, or leave the cell empty.");
        }

        var text = CellReader.Trim(cell);
        if (text is [(byte)'0', _, ..] && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            _leadingZeros.Add(cell);
        }
        else if (CellReader.IsLargeInteger(text))
        {
            _largeIntegers.Add(cell);
        }
    }

    /// <summary>Counts a cell that an upload of the whole table would say is missing. The usual markers are no surprise among numbers, but
    /// may be values among texts.</summary>
    private void NoteMarker(ReadOnlySpan<byte> cell, bool isTextColumn)
    {
        if (_sent.IsMissing(cell) && !CellReader.Trim(cell).IsEmpty && (isTextColumn || !CellReader.IsUsualMarker(cell)))
        {
            _markers.Add(cell);
        }
    }

    /// <summary>Writes a number or truth value of another format as the column of the dataset has it.</summary>
    private byte[] Convert(ReadOnlySpan<byte> cell, double value)
    {
        var text = cell.ToArray();
        if (stored.Kind == ColumnKind.Boolean)
        {
            var words = value != 0 ? stored.Boolean?.True : stored.Boolean?.False;
            text = words is null or [] || words.Contains(Encoding.UTF8.GetString(CellReader.Trim(cell)), StringComparer.OrdinalIgnoreCase)
                ? text : Encoding.UTF8.GetBytes(words[0]);
        }
        else if (stored.Number is { Decimal: ',' })
        {
            text = Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture).Replace('.', ','));
        }

        return _stored.TryRead(text, out var read) && read.Equals(value) ? text : throw Refuse("wrongType", cell,
            $"cannot be written as {PredictionTable.Describe(stored)}, which the dataset has in this column. Send the rows as CSV.");
    }

    private RefusedException Refuse(string code, ReadOnlySpan<byte> cell, string sentence) =>
        new(code, place.Field, $"{place}: {CellText.Shown(cell)} {sentence}");

    /// <summary>Cells that a warning is about.</summary>
    private sealed class CellCount
    {
        private readonly List<string> _examples = [];
        private int _count;

        public void Add(ReadOnlySpan<byte> cell)
        {
            _count++;
            if (_examples.Count < MaxExamples && CellText.Shorten(cell) is var text && !_examples.Contains(text))
            {
                _examples.Add(text);
            }
        }

        public DatasetWarning? Note(string code, string column, string what, string meaning) => _count == 0 ? null : new(code, column,
            $"'{column}' has {_count} appended {(_count == 1 ? "cell" : "cells")} with {what}, such as \"{_examples[0]}\". {meaning}",
            _count, [.. _examples]);
    }
}
