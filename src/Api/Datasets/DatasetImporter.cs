using System.Security.Cryptography;
using Velodrome.Api.Datasets.Columns;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Datasets.Imports;
using Velodrome.Api.Memory;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Datasets.Imports;
using Velodrome.Training;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>Turns a CSV into a dataset: understands it, profiles its columns and stores it.</summary>
internal sealed class DatasetImporter(
    DatasetStore store, TableCache tables, ConversionQueue conversion, MemoryBudget memory, TimeProvider time)
{
    /// <summary>A smaller table is read again in milliseconds.</summary>
    private const long MinBytesToKeep = 1 << 20;

    /// <param name="name">A valid name.</param>
    /// <param name="csv">Seekable; read several times from its start.</param>
    /// <param name="settings">What is known of how it is to be read.</param>
    /// <param name="owner">The name of the API key that uploads it; null for none.</param>
    /// <param name="cancellationToken">Stops the import at the next row or chunk. Nothing of it stays.</param>
    /// <param name="progress">Told how far the import is; null for none.</param>
    /// <returns>The dataset, and whether it is new: importing the same CSV under the same name again returns the stored one.</returns>
    /// <exception cref="RefusedException">The CSV is broken, or another dataset has the name.</exception>
    public async Task<(Dataset Dataset, bool IsNew)> Import(
        string name, Stream csv, ReadingSettings settings, string? owner, CancellationToken cancellationToken,
        ImportProgress? progress = null)
    {
        using var forColumns = ReserveForColumns(csv);
        var (dataset, table) = await Describe(name, csv, settings, owner, forColumns, cancellationToken, progress);
        forColumns?.ShrinkTo(table?.Bytes ?? 0);
        progress?.Begin(ImportStatus.Storing, csv.Length);
        var stored = await store.Add(dataset, csv, cancellationToken, database => progress?.Complete(database, dataset));
        if (stored == dataset && table is { Bytes: >= MinBytesToKeep })
        {
            var key = new TableKey(dataset.Id);
            tables.Add(key, table, forColumns!.Split(table.Bytes)); // a run often follows
            conversion.Offer(dataset, key);
        }

        return IsSame(stored, dataset, settings) ? (stored, stored == dataset) : throw Exists(name);
    }

    /// <summary>Does what <see cref="Import"/> does, but stores nothing.</summary>
    /// <inheritdoc cref="Import"/>
    public async Task<Dataset> TryImport(
        string name, Stream csv, ReadingSettings settings, string? owner, CancellationToken cancellationToken)
    {
        using var forColumns = ReserveForColumns(csv);
        var (dataset, _) = await Describe(name, csv, settings, owner, forColumns, cancellationToken);
        var stored = await store.Find(name, cancellationToken) ?? dataset;
        return IsSame(stored, dataset, settings) ? stored : throw Exists(name);
    }

    /// <summary>Understands a CSV as <see cref="Import"/> does, but stores nothing and refuses no open question.</summary>
    /// <returns>The file, and every warning that the dataset would have. Columns with a question have only those of their detection.
    /// </returns>
    public async Task<(UnderstoodFile Understood, IReadOnlyList<DatasetWarning> Warnings)> Preview(
        Stream csv, ReadingSettings settings, CancellationToken cancellationToken)
    {
        using var forColumns = ReserveForColumns(csv);
        var understood = await UnderstoodFile.Read(csv, settings, memory, forColumns?.Bytes ?? 0, cancellationToken);
        var profile = await Profile(csv, understood.Scan.WithoutQuestions(), tableBytes: 0, cancellationToken);
        return (understood, WarningsOf(understood, profile));
    }

    /// <summary>Memory for columns that are understood and profiled in one pass; null if others use it.</summary>
    private MemoryReservation? ReserveForColumns(Stream csv) =>
        memory.TryReserve(MemoryUse.Request, CsvScan.MemoryOfProfiles(csv.Length, memory.ForRequests / 2));

    /// <summary>Understands and profiles a CSV.</summary>
    /// <returns>The dataset, and its table if it fits into the reserved memory.</returns>
    private async Task<(Dataset Dataset, Table? Table)> Describe(
        string name, Stream csv, ReadingSettings settings, string? owner, MemoryReservation? forColumns,
        CancellationToken cancellationToken, ImportProgress? progress = null)
    {
        var bytes = forColumns?.Bytes ?? 0;
        csv.Position = 0;
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(csv, cancellationToken));
        var understood = await UnderstoodFile.Read(csv, settings, memory, bytes, cancellationToken, progress);
        understood.Scan.RefuseQuestions();
        var profile = await Profile(csv, understood.Scan, bytes, cancellationToken, progress);
        var dataset = new Dataset
        {
            Name = name,
            Sha256 = sha256,
            Bytes = csv.Length,
            Rows = understood.Scan.Rows,
            Columns = profile.Profiles,
            Warnings = WarningsOf(understood, profile),
            Reading = understood.Scan.Reading,
            Owner = owner,
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return (dataset, profile.Table);
    }

    private static List<DatasetWarning> WarningsOf(UnderstoodFile understood, ProfiledTable profile) =>
        [.. understood.Warnings, .. DatasetWarnings.Find(profile.Profiles, understood.Scan.Rows)];

    private async Task<ProfiledTable> Profile(
        Stream csv, CsvScan scan, long tableBytes, CancellationToken cancellationToken, ImportProgress? progress = null)
    {
        if (scan.Reading.Columns.Count == 0)
        {
            return new([], null); // a preview of which every column is left out, or in question
        }

        var profile = CsvProfile.Of(scan);
        progress?.Begin(ImportStatus.Profiling, profile.BytesToRead(csv.Length));
        return await Profile(csv, profile, tableBytes, memory, cancellationToken);
    }

    /// <summary>Profiles a CSV with memory that is reserved for it.</summary>
    internal static async Task<ProfiledTable> Profile(
        Stream csv, CsvProfile profile, long tableBytes, MemoryBudget memory, CancellationToken cancellationToken)
    {
        var bytes = profile.MemoryOf(csv.Length);
        using var reserved = await memory.ReserveForRequest(bytes, cancellationToken);
        return await LargeWork.Run(bytes, () => profile.Read(csv, tableBytes, cancellationToken), cancellationToken);
    }

    private static RefusedException Exists(string name) => new("datasetExists", "name",
        $"A dataset \"{name}\" with other content exists, or with the same content that is read in another way. Choose another name, " +
        "or delete that dataset first.");

    /// <summary>Whether the same bytes are stored, and read as the options say. Without options, any reading will do.</summary>
    private static bool IsSame(Dataset stored, Dataset sent, ReadingSettings settings) => stored.Sha256 == sent.Sha256
        && (settings.Options == ReadingSettings.Detect.Options
            || JsonConversion.Write(stored.Reading) == JsonConversion.Write(sent.Reading));
}
