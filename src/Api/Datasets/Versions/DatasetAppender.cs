using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Memory;
using Velodrome.Api.Quotas;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>
/// Appends rows to a dataset, which makes a new version. The rows are written in the dialect of the stored file, so that file and rows are
/// one CSV. Only the rows are stored; the file is read once more, to profile the whole.
/// </summary>
internal sealed class DatasetAppender(
    IDbContextFactory<TrainingDbContext> contexts,
    DatasetStore store,
    DatasetReader reader,
    Spool spool,
    MemoryBudget memory,
    QuotaChecks quotas,
    TimeProvider time,
    IOptions<JsonOptions> json)
{
    /// <summary>How often rows are appended to the version that is then the newest, if other requests append rows meanwhile.</summary>
    public const int MaxTries = 4;

    /// <summary>Bytes at the end of the file in which the last line break is looked for. An even number, for UTF-16.</summary>
    private const int EndBytes = 4096;

    /// <param name="name">The dataset's name.</param>
    /// <param name="received">The rows, and how their text is divided. The caller disposes them.</param>
    /// <param name="key">The Idempotency-Key; null for none.</param>
    /// <param name="owner">The name of the caller's API key; null for none.</param>
    /// <param name="dryRun">Whether everything is checked and nothing is stored.</param>
    /// <param name="cancellationToken">Stops at the next row or chunk. Nothing stays.</param>
    /// <returns>The new version, and whether it was stored by this call: not if it is a repetition or a dry run.</returns>
    /// <exception cref="RefusedException">With the line and column of the first mistake; <c>columnsDiffer</c>, <c>datasetNotFound</c>,
    /// <c>idempotencyKeyReused</c>, <c>versionConflict</c> and others.</exception>
    public async Task<(Dataset Version, bool IsNew)> Append(
        string name, ReceivedDataset received, string? key, string? owner, bool dryRun, CancellationToken cancellationToken)
    {
        CheckOptions(received);
        var request = key is null ? null : new RequestKey(key, await HashOf(received, cancellationToken));
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var newest = await Find(name, cancellationToken);
            if (request is not null && await store.FindAppended(newest, request.Key, cancellationToken) is { } earlier)
            {
                return (Repeated(earlier, request), IsNew: false);
            }

            await using var added = spool.Create();
            var version = await Describe(newest, received, added, request, owner, cancellationToken);
            if (dryRun || await store.Add(version, added, cancellationToken) == version)
            {
                return (version, IsNew: !dryRun);
            }
        }

        throw new RefusedException("versionConflict", "name",
            $"Other requests appended rows to \"{name}\" {MaxTries} times while this one was checked. None of its rows were stored. " +
            "Send it again, or send fewer requests with more rows each.");
    }

    /// <summary>The reading of a dataset is decided by its first version. Only the dialect of the appended rows may differ.</summary>
    private static void CheckOptions(ReceivedDataset received)
    {
        var (options, declared) = (received.Settings.Options, received.Table.Kinds);
        var set = options switch
        {
            { Columns: { } columns } when columns.Any(column => declared.GetValueOrDefault(column.Key) != column.Value) => "columns",
            { Decimal: not null } => "decimal",
            { Thousands: not null } => "thousands",
            { Missing: not null } => "missing",
            _ => null,
        };
        if (set is not null)
        {
            throw new RefusedException("notApplicable", $"options.{set}",
                $"{set} has no effect: appended cells are read as those of the dataset. Leave it out, or upload the whole table under " +
                "a new name.");
        }
    }

    /// <summary>SHA-256 of the rows and the options, which a repeated request has too. A form has another boundary each time.</summary>
    private async Task<string> HashOf(ReceivedDataset received, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(
            new { received.Table.Format, received.Settings.Options }, json.Value.SerializerOptions));
        var buffer = new byte[1 << 16];
        received.Table.Csv.Position = 0;
        for (int length; (length = await received.Table.Csv.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer.AsSpan(0, length));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Dataset Repeated(Dataset earlier, RequestKey request) =>
        earlier.RequestSha256 != request.BodySha256
            ? throw new RefusedException("idempotencyKeyReused", IdempotencyKey.Header,
                $"The {IdempotencyKey.Header} '{request.Key}' was sent before with another body, which made version {earlier.Version} of " +
                $"\"{earlier.Name}\". Use a new key for each request, and repeat a key only with the same request.")
        : earlier.RemovedAt is not null
            ? throw new RefusedException("versionNotFound", IdempotencyKey.Header,
                $"The rows with the {IdempotencyKey.Header} '{request.Key}' made version {earlier.Version} of \"{earlier.Name}\", which " +
                "was removed since. Later versions have its rows.")
        : earlier;

    private async Task<Dataset> Find(string name, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Find(name, version: null, cancellationToken);
    }

    /// <summary>Writes the rows as the stored file has them, and describes the version that they make.</summary>
    private async Task<Dataset> Describe(
        Dataset newest, ReceivedDataset received, SpoolFile added, RequestKey? request, string? owner, CancellationToken cancellationToken)
    {
        var (first, end) = await ReadEnds(newest, cancellationToken);
        var stored = StoredFile.Open(newest, reader);
        var appended = await Write(received, stored, end, added, cancellationToken);
        await quotas.CheckAppended(added.Length, owner, cancellationToken);
        var rows = int.MaxValue - appended.Rows >= newest.Rows ? newest.Rows + appended.Rows : throw TooManyRows(newest);
        using var whole = new VersionStream(() => reader.OpenCsv(newest), newest.Bytes, added);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(whole, cancellationToken));
        var profile = new CsvProfile(stored.Reading, rows, new Dictionary<int, ProfiledColumn>());
        var profiles = (await DatasetImporter.Profile(whole, profile, tableBytes: 0, memory, cancellationToken)).Profiles;
        return new Dataset
        {
            Name = newest.Name,
            Version = newest.Version + 1,
            FirstVersionId = first.Id,
            SharedBytes = newest.Bytes,
            Sha256 = sha256,
            Bytes = whole.Length,
            Rows = rows,
            Columns = profiles,
            Warnings =
            [
                .. first.Warnings.Where(warning => !DatasetWarnings.IsOfColumns(warning)), .. appended.Notes,
                .. DatasetWarnings.Find(profiles, rows),
            ],
            Reading = newest.Reading,
            Owner = owner,
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            RequestKey = request?.Key,
            RequestSha256 = request?.BodySha256,
        };
    }

    private async Task<AppendedRows> Write(
        ReceivedDataset received, StoredFile stored, byte[] end, SpoolFile added, CancellationToken cancellationToken)
    {
        var length = received.Table.Csv.Length;
        using var reserved = await memory.ReserveForRequest(
            CsvDialect.MemoryOf(length) + CsvBlocks.MemoryOf(length), cancellationToken);
        return await LargeWork.Run(length, () => AppendedRows.Write(
            received.Table, received.Settings.Options, stored, stored.LineBreakAfter(end), added, spool.MaxUploadBytes, cancellationToken),
            cancellationToken);
    }

    /// <summary>The first version, and the last bytes of the newest one.</summary>
    private async Task<(Dataset First, byte[] End)> ReadEnds(Dataset newest, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var first = newest.FirstVersionId is { } id
            ? await database.Datasets.AsNoTracking().SingleOrDefaultAsync(version => version.Id == id, cancellationToken) : newest;
        var chunks = await database.DatasetChunks.AsNoTracking().Where(chunk => chunk.DatasetId == newest.Id)
            .OrderByDescending(chunk => chunk.Number).Take(2).Select(chunk => chunk.Bytes).ToListAsync(cancellationToken);
        byte[] last = [.. chunks.Count > 1 ? chunks[1] : [], .. chunks.Count > 0 ? chunks[0] : []]; // the last one may be a single byte
        return first is null || chunks.Count == 0
            ? throw new RefusedException(
                "datasetNotFound", "name", $"Dataset \"{newest.Name}\" was deleted while rows were appended to it.")
            : (first, last[^Math.Min(EndBytes, last.Length)..]);
    }

    private static RefusedException TooManyRows(Dataset newest) => new("bodyTooLarge", null,
        $"Dataset \"{newest.Name}\" has {newest.Rows} rows, and may have {int.MaxValue}. Send fewer rows.");
}
