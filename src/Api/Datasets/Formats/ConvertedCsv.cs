using System.Globalization;
using CsvHelper;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>Writes the rows of another format as CSV. The caller writes a cell for each column, in order, and then ends the row.</summary>
internal sealed class ConvertedCsv : IDisposable
{
    private readonly Stream _csv;
    private readonly CsvWriter _writer;
    private readonly long _maxBytes;
    private readonly CancellationToken _cancellationToken;
    private IReadOnlyList<string> _names = [];
    private int[] _emptyTexts = [];
    private ColumnKind?[] _kinds = [];
    private bool[] _areMixed = [];
    private CellTypes[] _types = [];
    private int _column;

    /// <param name="csv">Empty; stays open.</param>
    /// <param name="maxBytes">The longest CSV.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    public ConvertedCsv(Stream csv, long maxBytes, CancellationToken cancellationToken) =>
        (_csv, _writer, _maxBytes, _cancellationToken) = (csv, CsvFormat.Write(csv), maxBytes, cancellationToken);

    /// <summary>Number of rows that were written, without the header.</summary>
    public int Rows { get; private set; }

    /// <summary>What the conversion lost.</summary>
    public List<DatasetWarning> Notes { get; } = [];

    /// <exception cref="RefusedException"><c>noColumns</c>, <c>tooManyColumns</c>.</exception>
    public void WriteHeader(IReadOnlyList<string> names)
    {
        if (names.Count is 0 or > CsvFormat.MaxColumns)
        {
            throw names.Count == 0
                ? new RefusedException("noColumns", null, "The file has no columns.")
                : new RefusedException("tooManyColumns", null,
                    $"The file has {names.Count} columns; at most {CsvFormat.MaxColumns} are allowed.");
        }

        (_names, _emptyTexts) = (names, new int[names.Count]);
        (_kinds, _areMixed, _types) = (new ColumnKind?[names.Count], new bool[names.Count], new CellTypes[names.Count]);
        foreach (var name in names)
        {
            _writer.WriteField(name, CsvQuoting.Always); // so that no name looks like a comment, a blank line or a value
        }

        _writer.EndRecord();
    }

    public void WriteMissing() => WriteRaw([]);

    public void Write(bool value)
    {
        Note(ColumnKind.Boolean);
        WriteRaw(value ? "true"u8 : "false"u8);
    }

    /// <summary>Writes a number so that reading it gives the same value; NaN is a missing value.</summary>
    public void Write<T>(T number) where T : struct, IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[64];
        Note(ColumnKind.Number);
        text = number is double.NaN or float.NaN || !number.TryFormat(text, out var length, default, CultureInfo.InvariantCulture)
            ? [] : text[..length];
        _types[_column].NoteNumber(hasFraction: text.Contains((byte)'.'));
        WriteRaw(text);
    }

    /// <summary>Writes a text. An empty one counts as missing, and is counted.</summary>
    public void Write(ReadOnlySpan<char> text) => Write(text, ColumnKind.Category);

    /// <summary>Writes a value as text.</summary>
    /// <param name="text">An empty one counts as missing, and is counted.</param>
    /// <param name="kind">The kind as which it is to be read; null if the kind is to be detected.</param>
    public void Write(ReadOnlySpan<char> text, ColumnKind? kind)
    {
        if (text.IsWhiteSpace())
        {
            _emptyTexts[_column]++;
            WriteMissing();
            return;
        }

        Note(kind);
        if (kind is null or ColumnKind.Category)
        {
            _types[_column].NoteText(text);
        }

        _column++;
        _writer.WriteField(text);
    }

    /// <exception cref="RefusedException"><c>bodyTooLarge</c>.</exception>
    public void EndRow()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _writer.EndRecord();
        _column = 0;
        Rows++;
        RefuseTooLarge();
    }

    /// <summary>Writes what is buffered.</summary>
    /// <exception cref="RefusedException"><c>noRows</c>, <c>bodyTooLarge</c>.</exception>
    public void Finish()
    {
        _writer.Flush();
        RefuseTooLarge();
        if (Rows == 0)
        {
            throw new RefusedException("noRows", null, "The file has columns but no rows. Send at least one row.");
        }

        for (var column = 0; column < _emptyTexts.Length; column++)
        {
            if (_emptyTexts[column] is > 0 and var count)
            {
                Notes.Add(EmptyTexts(_names[column], count, Rows));
            }
        }
    }

    /// <summary>The warning that says how many texts of a column are empty.</summary>
    public static DatasetWarning EmptyTexts(string column, int count, int rows) => new("emptyText", column,
        $"{count} of {rows} values of {column} {(count == 1 ? "is an empty text and counts" : "are empty texts and count")} as missing.",
        count);

    /// <summary>What the format says of the columns, by the names that they get: the kind, if all values have the same, and which are
    /// numbers. Columns without a name are left to detection, because they may count the rows.</summary>
    public Dictionary<string, ColumnOptions> Kinds()
    {
        var columns = ColumnNames.Of([.. _names.Select(name => name.Trim())]);
        var kinds = new Dictionary<string, ColumnOptions>();
        for (var column = 0; column < _names.Count; column++)
        {
            var kind = _areMixed[column] ? null : _kinds[column];
            if ((kind is not null || _types[column].HasNumber) && !columns.Nameless.Contains(column))
            {
                kinds[columns.Names[column]] = new()
                {
                    Kind = kind,
                    Format = kind == ColumnKind.Date ? DateFormat.IsoTime : null,
                    IsDeclared = kind is not null,
                    Numbers = _types[column].Numbers,
                };
            }
        }

        return kinds;
    }

    public void Dispose() => _writer.Dispose();

    private void Note(ColumnKind? kind)
    {
        _areMixed[_column] |= kind is null || (_kinds[_column] ?? kind) != kind;
        _kinds[_column] ??= kind;
    }

    /// <summary>Writes a cell. In a table with one column, an empty cell is quoted, because a blank line may not be a row.</summary>
    private void WriteRaw(ReadOnlySpan<byte> text)
    {
        _column++;
        if (text.IsEmpty && _names.Count == 1)
        {
            _writer.WriteField("", CsvQuoting.Always);
        }
        else
        {
            _writer.WriteField(text);
        }
    }

    private void RefuseTooLarge()
    {
        if (_csv.Position > _maxBytes)
        {
            throw new RefusedException("bodyTooLarge", null,
                $"As CSV, the table is larger than {_maxBytes >> 20} MiB. Send fewer rows, or start the service with a larger " +
                "MaxUploadMegabytes.");
        }
    }
}
