using CsvHelper;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Opens CSV files to read or write, in the dialect of a file.</summary>
internal static class CsvFormat
{
    public const int MaxColumns = 10_000;

    /// <summary>Largest length of a column's name, in characters. Errors and profiles repeat it.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Largest length of a row. A longer row usually comes from a quote that is not closed.</summary>
    public const int MaxRowBytes = 4 << 20;

    /// <summary>Row numbers have 32 bits.</summary>
    public const int MaxRows = 1 << 30;

    private static readonly CsvReaderOptions Options = new()
    {
        HasHeader = false, // the header is read as a row, so that its mistakes are reported in the same way
        SkipEmptyLines = false, // in a file of one column, an empty line is a missing value
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MaxRecordSize = MaxRowBytes,
    };

    /// <param name="csv">Read from its present position; stays open.</param>
    /// <param name="dialect">The file's dialect.</param>
    /// <param name="onBadQuote">Called for a quote in a place where none is allowed.</param>
    public static CsvReader Read(Stream csv, Dialect dialect, Action<CsvMalformedRecord>? onBadQuote = null) =>
        CsvReader.Create(DialectStream.Open(csv, dialect), Options with
        {
            Separator = dialect.Delimiter,
            Quote = dialect.Quote,
            CommentPrefix = dialect.Comment,
            OnMalformedRecord = onBadQuote,
        }, leaveOpen: true);

    /// <param name="csv">Stays open.</param>
    /// <param name="delimiter">Separates the fields.</param>
    public static CsvWriter Write(Stream csv, char delimiter = ',') => CsvWriter.Create(
        csv, new CsvWriterOptions { Separator = delimiter, NewLine = "\n", Quoting = CsvQuoting.WhenNeededOrWhitespace }, leaveOpen: true);
}
