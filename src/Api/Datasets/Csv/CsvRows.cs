using System.Text;
using System.Text.Unicode;
using CsvHelper;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Reads a CSV row by row, in its dialect, and refuses it at the first mistake.</summary>
internal sealed class CsvRows : IDisposable
{
    private readonly CsvReader _reader;
    private readonly Dialect _dialect;
    private readonly bool _isChecked;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Blank lines of a file of one column that come before the current record and are still to be returned.</summary>
    private int _blankRows;

    private bool _isBlank;
    private bool _isAhead;

    /// <param name="csv">Read from its present position, and left open. If it has to be checked, it is seekable and at its start.</param>
    /// <param name="dialect">The file's dialect.</param>
    /// <param name="isChecked">Whether the file was read before without a mistake.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="RefusedException">With the line and column of the mistake.</exception>
    public CsvRows(Stream csv, Dialect dialect, bool isChecked, CancellationToken cancellationToken)
    {
        (_dialect, _isChecked, _cancellationToken) = (dialect, isChecked, cancellationToken);
        _reader = CsvFormat.Read(
            csv, dialect, isChecked ? null : bad => throw CsvRefusal.BadQuote(csv, bad, dialect));
        Header = ReadHeader();
    }

    /// <summary>The names of the fields as they are in the file, trimmed; null or empty where the file has none.</summary>
    public IReadOnlyList<string?> Header { get; }

    /// <summary>Number of fields in each row.</summary>
    public int Fields => Header.Count;

    /// <summary>The line in which the current row ends, from 1.</summary>
    public long Line => _reader.LineNumber + _dialect.SkippedLines;

    /// <summary>Opens a CSV to check it, from its start.</summary>
    public static CsvRows Check(Stream csv, Dialect dialect, CancellationToken cancellationToken)
    {
        csv.Position = 0;
        return new(csv, dialect, isChecked: false, cancellationToken);
    }

    /// <summary>Moves to the next row, which must have as many fields as the header. False at the end.</summary>
    /// <exception cref="RefusedException">With the line and column of the mistake.</exception>
    public bool Next()
    {
        if (_blankRows > 0)
        {
            _blankRows--;
            _isBlank = true;
            return true;
        }

        _isBlank = false;
        if (!_isAhead && !ReadRecord(out _blankRows))
        {
            return false; // blank lines at the end are no rows
        }

        _isAhead = _blankRows > 0;
        return _blankRows > 0 ? Next() : true;
    }

    /// <summary>A cell of the current row as UTF-8. Valid until the next row is read.</summary>
    public ReadOnlySpan<byte> Cell(int field) => _isBlank ? [] : _reader.GetSpan(field);

    public void Dispose() => _reader.Dispose();

    private IReadOnlyList<string?> ReadHeader()
    {
        do
        {
            if (!Read())
            {
                throw new RefusedException(
                    "emptyBody", null, "The file is empty. Send a header with the column names and at least one row.");
            }
        }
        while (IsBlankLine());

        if (!_dialect.HasHeader)
        {
            _isAhead = true;
            CsvHeader.CheckCount(_reader.FieldCount, Line);
            return new string?[_reader.FieldCount];
        }

        var names = new List<string?>(_reader.FieldCount + 1);
        for (var field = 0; field < _reader.FieldCount; field++)
        {
            names.Add(Encoding.UTF8.GetString(_reader.GetSpan(field)).Trim());
        }

        CsvHeader.Check(names, Line);
        if (_dialect.HasRowNames)
        {
            names.Insert(0, null);
        }
        else if (_dialect.HasTrailingDelimiter)
        {
            names.Add(null);
        }

        return names;
    }

    private bool ReadRecord(out int blankRows)
    {
        blankRows = 0;
        while (Read())
        {
            if (IsBlankLine())
            {
                blankRows += _dialect.KeepsBlankLines && Fields == 1 ? 1 : 0;
                continue;
            }

            return _reader.FieldCount == Fields ? true : throw CsvRefusal.RaggedRow(Header, _reader.FieldCount, Line, _dialect);
        }

        blankRows = 0;
        return false;
    }

    /// <summary>Whether the line has nothing but spaces. Earlier versions read such a line as a row.</summary>
    private bool IsBlankLine() => _reader.FieldCount <= 1
        && (_dialect.KeepsBlankLines ? _reader.RawRecord.Trim(" \t"u8) : _reader.RawRecord).IsEmpty;

    /// <summary>Moves to the next record, with any number of fields, and refuses it if it is not text. False at the end.</summary>
    private bool Read()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (!_reader.Read())
            {
                return false;
            }
        }
        catch (CsvFormatException tooLong)
        {
            throw CsvRefusal.RowTooLong(tooLong.LineNumber + _dialect.SkippedLines, _dialect);
        }
        catch (DecoderFallbackException)
        {
            throw new RefusedException("notUtf8", null,
                $"After line {Line}, the file is not valid {CodePages.NameOf(_dialect.Encoding)}. Save it as UTF-8 and send it again.");
        }

        if (_isChecked)
        {
            return true;
        }

        if (!Utf8.IsValid(_reader.RawRecord))
        {
            throw CsvRefusal.InCell(_reader, Line, "notUtf8", cell => !Utf8.IsValid(cell),
                "is not valid UTF-8. Save the file as UTF-8 and send it again.");
        }

        return _reader.RawRecord.Contains((byte)0)
            ? throw CsvRefusal.InCell(_reader, Line, "nulByte", cell => cell.Contains((byte)0),
                "contains a NUL byte, which text does not have. The file may be UTF-16, or not a CSV.")
            : true;
    }
}
