using CsvHelper;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>The CSV that this service reads: RFC 4180 with commas, in UTF-8, with a header.</summary>
internal static class CsvFormat
{
    public const int MaxColumns = 10_000;

    /// <summary>A longer row usually comes from a quote that is not closed.</summary>
    public const int MaxRowBytes = 4 << 20;

    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        HasHeader = false, // the header is read as a row, so that its mistakes are reported in the same way
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MaxRecordSize = MaxRowBytes,
    };

    /// <param name="csv">Read from its present position; stays open.</param>
    /// <param name="onBadQuote">Called for a quote in a place where none is allowed.</param>
    public static CsvReader Read(Stream csv, Action<CsvMalformedRecord>? onBadQuote = null) =>
        CsvReader.Create(csv, Options with { OnMalformedRecord = onBadQuote }, leaveOpen: true);

    /// <param name="csv">Stays open.</param>
    public static CsvWriter Write(Stream csv) =>
        CsvWriter.Create(csv, new CsvWriterOptions { NewLine = "\n", Quoting = CsvQuoting.WhenNeededOrWhitespace }, leaveOpen: true);
}
