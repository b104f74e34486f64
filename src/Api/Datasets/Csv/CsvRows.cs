using System.Text.Unicode;
using CsvHelper;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Reads a CSV row by row and refuses it at the first mistake.</summary>
internal sealed class CsvRows : IDisposable
{
    private readonly CsvReader _reader;
    private readonly CancellationToken _cancellationToken;

    /// <param name="csv">Seekable; read from its start, and left open.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="RefusedException">With the line and column of the mistake.</exception>
    public CsvRows(Stream csv, CancellationToken cancellationToken)
    {
        RefuseUtf16(csv);
        csv.Position = 0;
        _reader = CsvFormat.Read(csv, onBadQuote: bad => throw CsvRefusal.BadQuote(csv, bad));
        _cancellationToken = cancellationToken;
        Names = CsvHeader.Read(this, _reader);
    }

    /// <summary>The header.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The line in which the current row ends, from 1.</summary>
    public long Line => _reader.LineNumber;

    /// <summary>Moves to the next row, which must have a cell for each column. False at the end.</summary>
    /// <exception cref="RefusedException">With the line and column of the mistake.</exception>
    public bool Next() => Read() && (_reader.FieldCount == Names.Count ? true : throw CsvRefusal.RaggedRow(_reader, Names));

    /// <summary>A cell of the current row as UTF-8. Valid until the next row is read.</summary>
    public ReadOnlySpan<byte> Cell(int column) => _reader.GetSpan(column);

    public void Dispose() => _reader.Dispose();

    /// <summary>Moves to the next row, with any number of cells, and refuses it if it is not text. False at the end.</summary>
    public bool Read()
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
            throw new RefusedException("rowTooLong", null,
                $"The row that starts in line {tooLong.LineNumber} is longer than {CsvFormat.MaxRowBytes >> 20} MiB. Often, the cause is " +
                "a double quote that is not closed.");
        }

        if (!Utf8.IsValid(_reader.RawRecord))
        {
            throw CsvRefusal.InCell(_reader, "notUtf8", cell => !Utf8.IsValid(cell),
                "is not valid UTF-8. Save the file as UTF-8 and send it again.");
        }

        return _reader.RawRecord.Contains((byte)0)
            ? throw CsvRefusal.InCell(_reader, "nulByte", cell => cell.Contains((byte)0),
                "contains a NUL byte, which text does not have. The file may be UTF-16, or not a CSV.")
            : true;
    }

    private static void RefuseUtf16(Stream csv)
    {
        Span<byte> mark = stackalloc byte[2];
        csv.Position = 0;
        csv.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        if (mark is [0xFF, 0xFE] or [0xFE, 0xFF])
        {
            throw new RefusedException("notUtf8", null, "Line 1, column 1: the file is UTF-16. Save it as UTF-8 and send it again.");
        }
    }
}
