using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Damage;
using Velodrome.Training;

namespace Velodrome.Data.Datasets;

/// <summary>
/// Stores and deletes versions of datasets. A large file is stored in chunks, each in a separate transaction, so that other writes do not
/// have to wait for the whole file. Until the last chunk is stored, no query sees the dataset.
/// </summary>
public sealed partial class DatasetStore(DatabaseWriter writer, IDbContextFactory<TrainingDbContext> contexts, TimeProvider time)
{
    /// <summary>The longest time between two chunks. After it, the import counts as abandoned: the next may delete its chunks.</summary>
    public static readonly TimeSpan ImportLease = TimeSpan.FromMinutes(1);

    /// <summary>The largest number of runs that <see cref="Delete"/> returns.</summary>
    public const int MaxRunsReturned = 10;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long LeaseEnd => Now + (long)ImportLease.TotalMilliseconds;

    /// <summary>Stores a new dataset, or a new version of one. If that fails or is cancelled, none of it stays stored.</summary>
    /// <param name="dataset">Gets its id.</param>
    /// <param name="csv">What is not shared with the version before. Seekable; read from its start.</param>
    /// <param name="cancellationToken">Checked before each chunk.</param>
    /// <param name="complete">Called in the transaction that makes the dataset complete. If it throws, nothing is stored.</param>
    /// <returns><paramref name="dataset"/>, or the newest version of the dataset that has the same name, if that version is complete
    /// already.</returns>
    /// <exception cref="TimeoutException">A chunk took longer than <see cref="ImportLease"/>, and another import deleted it.</exception>
    /// <exception cref="RefusedException"><c>datasetNotFound</c>: the dataset that gets a new version was deleted.</exception>
    public async Task<Dataset> Add(
        Dataset dataset, Stream csv, CancellationToken cancellationToken, Action<TrainingDbContext>? complete = null)
    {
        await DeleteAbandoned();
        csv.Position = 0;
        var buffer = new byte[DatasetChunk.Size];
        var (number, isLast) = (0, false);
        try
        {
            for (; !isLast; number++)
            {
                var length = await csv.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
                isLast = csv.Position == csv.Length;
                var bytes = length == buffer.Length ? buffer : buffer[..length];
                if (await Store(dataset.Name, database => Store(database, dataset, number, bytes, isLast, complete)) is { } existing)
                {
                    return existing;
                }
            }
        }
        catch when (number > 0)
        {
            await TryDeleteUnfinished(dataset.Id);
            throw;
        }

        dataset.ImportLeaseUntil = null;
        return dataset;
    }

    /// <summary>The newest version of the dataset that has a name; null if there is none.</summary>
    public async Task<Dataset?> Find(string name, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Datasets.AsNoTracking().Newest(name).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Deletes datasets whose import did not finish, for example because its process was killed.</summary>
    /// <param name="evenIfLeased">True only if no other process uses the database: then no unfinished import can still be running.</param>
    public async Task DeleteAbandoned(bool evenIfLeased = false)
    {
        var deadline = evenIfLeased ? long.MaxValue : Now;
        await using var database = await contexts.CreateDbContextAsync();
        if (await Abandoned(database, deadline).AnyAsync())
        {
            await writer.Write(writing => { Abandoned(writing, deadline).ExecuteDelete(); });
        }
    }

    /// <summary>Deletes all versions of a dataset unless runs use one.</summary>
    /// <param name="id">The id of any version.</param>
    /// <param name="bundledName">For a bundled dataset: its name, recorded so that no start imports it again. Otherwise null.</param>
    /// <returns>Ids of runs that use the dataset, at most <see cref="MaxRunsReturned"/>. If there are any, it is not deleted.</returns>
    public async Task<IReadOnlyList<long>> Delete(long id, string? bundledName)
    {
        try
        {
            return await writer.Write(database => TryDelete(database, id, bundledName));
        }
        catch (DbException failure) when (failure.IsForeignKeyViolation())
        {
            return await writer.Write(database => TryDelete(database, id, bundledName)); // another process stored a run: now it is found
        }
    }

    private static List<long> TryDelete(TrainingDbContext database, long id, string? bundledName)
    {
        var all = database.Datasets.IgnoreQueryFilters();
        var first = all.Where(dataset => dataset.Id == id).Select(dataset => dataset.FirstVersionId ?? dataset.Id).SingleOrDefault();
        var versions = all.Where(dataset => dataset.Id == first || dataset.FirstVersionId == first);
        var runs = database.Runs.IgnoreQueryFilters() // a run that is being continued uses the dataset too
            .Where(run => versions.Any(version =>
                version.Id == run.DatasetId || version.Id == run.ValidationDatasetId || version.Id == run.TestDatasetId))
            .OrderBy(run => run.Id).Select(run => run.Id).Take(MaxRunsReturned).ToList();
        if (runs.Count > 0 || all.Where(dataset => dataset.Id == first).ExecuteDelete() == 0) // and with it the later versions
        {
            return runs;
        }

        if (bundledName is not null && !database.DeletedBundledDatasets.Any(deleted => deleted.Name == bundledName))
        {
            database.DeletedBundledDatasets.Add(new() { Name = bundledName });
        }

        return runs;
    }

    private async Task<Dataset?> Store(string name, Func<TrainingDbContext, Dataset?> chunk)
    {
        try
        {
            return await writer.Write(chunk);
        }
        catch (DbException failure) when (failure.IsUniqueViolation())
        {
            return await writer.Write(chunk); // another process completed this version a moment ago: now it is found
        }
        catch (Exception failure) when (failure.IsForeignKeyViolation())
        {
            throw DeletedDuringAppend(name);
        }
    }

    /// <summary>Stores one chunk. The first inserts the dataset's row, unseen by queries; the last makes it complete.</summary>
    /// <returns>Null, or the newest version if it is as new as this one; then none of this one is left.</returns>
    private Dataset? Store(
        TrainingDbContext database, Dataset dataset, int number, byte[] bytes, bool isLast, Action<TrainingDbContext>? complete)
    {
        if (database.Datasets.AsNoTracking().Newest(dataset.Name).FirstOrDefault(known => known.Version >= dataset.Version) is { } existing)
        {
            if (number > 0)
            {
                Unfinished(database, dataset.Id).ExecuteDelete();
            }

            return existing;
        }

        if (number == 0)
        {
            dataset.Id = 0; // an attempt that was rolled back may have set it
            dataset.ImportLeaseUntil = LeaseEnd;
            database.Datasets.Add(dataset);
            database.SaveChanges();
        }
        else
        {
            RenewLease(database, dataset);
        }

        database.DatasetChunks.Add(new() { DatasetId = dataset.Id, Number = number, Bytes = bytes, Sha256 = Checksum.Of(bytes) });
        database.SaveChanges();
        if (isLast)
        {
            var unfinished = Unfinished(database, dataset.Id);
            var version = dataset.FirstVersionId is null ? unfinished : unfinished.Where(row => row.FirstVersionId != null);
            version.ExecuteUpdate(row => row.SetProperty(row => row.ImportLeaseUntil, (long?)null)); // the crash tests tell the two apart
            complete?.Invoke(database);
        }

        return null;
    }

    private void RenewLease(TrainingDbContext database, Dataset dataset)
    {
        long? end = LeaseEnd;
        if (Unfinished(database, dataset.Id).ExecuteUpdate(row => row.SetProperty(row => row.ImportLeaseUntil, end)) == 0)
        {
            if (dataset.FirstVersionId is { } first && !database.Datasets.Any(known => known.Id == first))
            {
                throw DeletedDuringAppend(dataset.Name);
            }

            throw new TimeoutException($"A chunk of dataset \"{dataset.Name}\" took over {ImportLease.TotalSeconds} seconds to store.");
        }
    }

    /// <summary>If this fails as well, the lease expires and the next import or start deletes the rows.</summary>
    private async Task TryDeleteUnfinished(long id)
    {
        try
        {
            await writer.Write(database => { Unfinished(database, id).ExecuteDelete(); });
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException)
        {
            // the caller gets the failure that came first
        }
    }

    private static RefusedException DeletedDuringAppend(string name) => new("datasetNotFound", "name",
        $"Dataset \"{name}\" was deleted while rows were appended to it. None of them were stored.");

    private static IQueryable<Dataset> Unfinished(TrainingDbContext database, long id) =>
        database.Datasets.IgnoreQueryFilters().Where(row => row.Id == id && row.ImportLeaseUntil != null);

    private static IQueryable<Dataset> Abandoned(TrainingDbContext database, long deadline) =>
        database.Datasets.IgnoreQueryFilters().Where(row => row.ImportLeaseUntil < deadline);
}
