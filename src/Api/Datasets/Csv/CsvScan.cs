using System.Text.Unicode;
using CsvHelper;
using Velodrome.Data.Datasets;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>The first pass over a CSV: refuses what isn't one, counts its rows and finds the kind of each column.</summary>
internal sealed record CsvScan(IReadOnlyList<CsvColumn> Columns, int Rows, IReadOnlyList<DatasetWarning> Warnings)
{
    /// <param name="csv">Seekable; read from its start.</param>
    /// <exception cref="RefusedException">With the line and column of the first mistake.</exception>
    public static CsvScan Of(Stream csv)
    {
        RefuseUtf16(csv);
        csv.Position = 0;
        using var reader = CsvFormat.Read(csv, onBadQuote: bad => throw CsvRefusal.BadQuote(csv, bad));
        try
        {
            var names = CsvHeader.Read(reader);
            var scans = names.Select(name => new ColumnScan(name)).ToArray();
            var rows = 0;
            for (; Next(reader); rows++)
            {
                if (reader.FieldCount != names.Count)
                {
                    throw CsvRefusal.RaggedRow(reader, names);
                }

                for (var column = 0; column < scans.Length; column++)
                {
                    scans[column].See(reader.GetSpan(column), reader.LineNumber);
                }
            }

            return rows == 0
                ? throw new RefusedException("noRows", null, "There is a header and no row below it: send at least one row of values.")
                : new(scans.Select((scan, number) => scan.ToColumn(number + 1)).ToList(), rows, scans.Select(scan => scan.MostlyNumbers()).OfType<DatasetWarning>().ToList());
        }
        catch (CsvFormatException tooLong)
        {
            throw new RefusedException("rowTooLong", null,
                $"The row that starts in line {tooLong.LineNumber} is longer than {CsvFormat.MaxRowBytes >> 20} MiB; most often a quote was opened in it and never closed.");
        }
    }

    /// <summary>Moves to the next row and refuses what isn't text in it.</summary>
    public static bool Next(CsvReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (!Utf8.IsValid(reader.RawRecord))
        {
            throw CsvRefusal.OfCell(reader, "notUtf8", cell => !Utf8.IsValid(cell), "is not valid UTF-8. Save the file as UTF-8 and send it again.");
        }

        return reader.RawRecord.Contains((byte)0)
            ? throw CsvRefusal.OfCell(reader, "nulByte", cell => cell.Contains((byte)0), "holds a NUL byte, which no text has. Is the file UTF-16, or not a CSV at all?")
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
