using System.Text.Unicode;
using CsvHelper;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>The rows of a CSV, one after the other; what isn't a CSV is refused where it stops being one.</summary>
internal sealed class CsvRows : IDisposable
{
    private readonly CsvReader _reader;

    /// <param name="csv">Seekable; read from its start, and left open.</param>
    /// <exception cref="RefusedException">With the line and column of the mistake.</exception>
    public CsvRows(Stream csv)
    {
        RefuseUtf16(csv);
        csv.Position = 0;
        _reader = CsvFormat.Read(csv, onBadQuote: bad => throw CsvRefusal.BadQuote(csv, bad));
        Names = CsvHeader.Read(this, _reader);
    }

    /// <summary>The header.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Where the row ends, from 1.</summary>
    public long Line => _reader.LineNumber;

    /// <summary>Moves to the next row; false when there is none.</summary>
    /// <exception cref="RefusedException">With the line and column of the mistake.</exception>
    public bool Next() => Read() && (_reader.FieldCount == Names.Count ? true : throw CsvRefusal.RaggedRow(_reader, Names));

    /// <summary>The row's cell as UTF-8, until the next row.</summary>
    public ReadOnlySpan<byte> Cell(int column) => _reader.GetSpan(column);

    public void Dispose() => _reader.Dispose();

    /// <summary>Moves to the next row, of whatever length, and refuses what isn't text in it.</summary>
    public bool Read()
    {
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
                $"The row that starts in line {tooLong.LineNumber} is longer than {CsvFormat.MaxRowBytes >> 20} MiB; most often a quote was opened in it and never closed.");
        }

        if (!Utf8.IsValid(_reader.RawRecord))
        {
            throw CsvRefusal.OfCell(_reader, "notUtf8", cell => !Utf8.IsValid(cell), "is not valid UTF-8. Save the file as UTF-8 and send it again.");
        }

        return _reader.RawRecord.Contains((byte)0)
            ? throw CsvRefusal.OfCell(_reader, "nulByte", cell => cell.Contains((byte)0), "holds a NUL byte, which no text has. Is the file UTF-16, or not a CSV at all?")
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
