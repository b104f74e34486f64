using CsvHelper;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>The CSV that this service reads: RFC 4180 with commas, in UTF-8, and a header.</summary>
internal static class CsvFormat
{
    public const int MaxColumns = 10_000;

    /// <summary>Longer rows are those that a forgotten quote makes.</summary>
    public const int MaxRowBytes = 4 << 20;

    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        HasHeader = false, // the header is read as a row, so that its mistakes are told like a row's
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MaxRecordSize = MaxRowBytes,
    };

    /// <param name="csv">From its present position; stays open.</param>
    /// <param name="onBadQuote">Told of a quote where none may stand.</param>
    public static CsvReader Read(Stream csv, Action<CsvMalformedRecord>? onBadQuote = null) =>
        CsvReader.Create(csv, Options with { OnMalformedRecord = onBadQuote }, leaveOpen: true);

    /// <param name="csv">Where to; stays open.</param>
    public static CsvWriter Write(Stream csv) =>
        CsvWriter.Create(csv, new CsvWriterOptions { NewLine = "\n", Quoting = CsvQuoting.WhenNeededOrWhitespace }, leaveOpen: true);
}
