using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Api.Datasets.Imports;
using Velodrome.Api.Memory;
using Velodrome.Data.Datasets;
using Velodrome.Data.Datasets.Imports;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets;

/// <summary>What is known of how a file is to be read, before it is looked at.</summary>
/// <param name="Options">What the caller has set, and the kinds of columns that the file declares.</param>
/// <param name="Format">The format in which it was sent. If that is not CSV, the CSV was made from it, and its dialect is known.</param>
/// <param name="Notes">What was assumed or lost when it was converted.</param>
internal sealed record ReadingSettings(
    ReadingOptions Options, TableFormat Format = TableFormat.Csv, IReadOnlyList<DatasetWarning>? Notes = null)
{
    /// <summary>Everything is detected.</summary>
    public static ReadingSettings Detect { get; } = new(new ReadingOptions());
}

/// <summary>A CSV file as it was understood.</summary>
/// <param name="Format">The format in which it was sent.</param>
/// <param name="Detected">Its dialect.</param>
/// <param name="Scan">Its columns and rows.</param>
/// <param name="Notes">What was assumed or lost when it was converted.</param>
internal sealed record UnderstoodFile(
    TableFormat Format, DetectedDialect Detected, CsvScan Scan, IReadOnlyList<DatasetWarning> Notes)
{
    /// <summary>What was changed, left out or guessed: first in the whole file, then in its columns.</summary>
    public IEnumerable<DatasetWarning> Warnings => Notes.Concat(Detected.Notes.Concat(Scan.Notes)
        .Select(note => new DatasetWarning(note.Code, note.Column, note.Message, note.Count, note.Examples)));

    /// <param name="csv">Seekable; read twice from its start.</param>
    /// <param name="settings">What is known of it.</param>
    /// <param name="memory">Where the detection reserves its memory.</param>
    /// <param name="profileBytes">Memory in which columns are profiled that can be without another pass; 0 for none.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <param name="progress">Told when the rows are read, and how many there are; null for none.</param>
    /// <exception cref="RefusedException">With the line and column of the first mistake.</exception>
    public static async Task<UnderstoodFile> Read(
        Stream csv, ReadingSettings settings, MemoryBudget memory, long profileBytes, CancellationToken cancellationToken,
        ImportProgress? progress = null)
    {
        var detected = settings.Format == TableFormat.Csv
            ? await Detect(csv, settings.Options, memory, cancellationToken) : Converted(settings.Format);
        using var reserved = await memory.ReserveForRequest(CsvScan.MemoryOf(csv, detected.Dialect, cancellationToken), cancellationToken);
        progress?.Begin(ImportStatus.Reading, csv.Length);
        Action<int>? onRows = progress is null ? null : progress.CountRows;
        var scan = await LargeWork.Run(csv.Length, () => CsvScan.Read(
            csv, detected.Dialect, settings.Options, profileBytes, cancellationToken, onRows), cancellationToken);
        return new(settings.Format, detected, scan, settings.Notes ?? []);
    }

    /// <summary>The dialect of a CSV that was made from another format.</summary>
    private static DetectedDialect Converted(TableFormat format)
    {
        var reason = $"The table was sent as {TableFormats.Of(format).Name}.";
        return new(
            Dialect.Default, new(TextEncoding.Utf8, Certainty.Certain, reason), new("comma", Certainty.Certain, reason),
            new(true, Certainty.Certain, reason), []);
    }

    private static async Task<DetectedDialect> Detect(
        Stream csv, ReadingOptions options, MemoryBudget memory, CancellationToken cancellationToken)
    {
        using var reserved = await memory.ReserveForRequest(CsvDialect.MemoryOf(csv.Length), cancellationToken);
        return await LargeWork.Run(csv.Length, () => CsvDialect.Detect(csv, options, cancellationToken), cancellationToken);
    }
}
