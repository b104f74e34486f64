using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Datasets;

/// <summary>
/// Stores and deletes datasets. Each chunk of a large one is a write of its own, so that other writes do not have to wait for the
/// whole file. Until the last chunk is stored, no query sees the dataset.
/// </summary>
public sealed class DatasetStore(DatabaseWriter writer, IDbContextFactory<TrainingDbContext> contexts, TimeProvider time)
{
    /// <summary>The longest time that an import may take for one chunk. After it, the next import may delete the chunks.</summary>
    public static readonly TimeSpan ImportLease = TimeSpan.FromMinutes(1);

    /// <summary>The most runs that <see cref="Delete"/> returns.</summary>
    public const int MaxRunsReturned = 10;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long LeaseEnd => Now + (long)ImportLease.TotalMilliseconds;

    /// <summary>Stores a dataset. If that fails or is cancelled, nothing of it stays.</summary>
    /// <param name="dataset">Gets its id.</param>
    /// <param name="csv">Seekable; read from its start.</param>
    /// <param name="cancellationToken">Checked before each chunk.</param>
    /// <returns><paramref name="dataset"/>, or the complete dataset that has the same name already.</returns>
    /// <exception cref="TimeoutException">A chunk took longer than <see cref="ImportLease"/>, and another import deleted it.</exception>
    public async Task<Dataset> Add(Dataset dataset, Stream csv, CancellationToken cancellationToken)
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
                if (await Store(database => Store(database, dataset, number, bytes, isLast)) is { } existing)
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

    /// <summary>Deletes the chunks of imports whose process was killed.</summary>
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

    /// <summary>Deletes a dataset unless runs use it.</summary>
    /// <param name="id">The dataset's id.</param>
    /// <param name="bundledName">Its name if the service would otherwise import it again at the next start; else null.</param>
    /// <returns>Ids of runs that use the dataset, at most <see cref="MaxRunsReturned"/>. If there are any, it is not deleted.</returns>
    public Task<IReadOnlyList<long>> Delete(long id, string? bundledName) => writer.Write<IReadOnlyList<long>>(database =>
    {
        var runs = database.Runs
            .Where(run => run.DatasetId == id || run.ValidationDatasetId == id || run.TestDatasetId == id)
            .OrderBy(run => run.Id).Select(run => run.Id).Take(MaxRunsReturned).ToList();
        if (runs.Count > 0 || database.Datasets.Where(dataset => dataset.Id == id).ExecuteDelete() == 0)
        {
            return runs;
        }

        if (bundledName is not null && !database.DeletedBundledDatasets.Any(deleted => deleted.Name == bundledName))
        {
            database.DeletedBundledDatasets.Add(new() { Name = bundledName });
        }

        return runs;
    });

    private async Task<Dataset?> Store(Func<TrainingDbContext, Dataset?> chunk)
    {
        try
        {
            return await writer.Write(chunk);
        }
        catch (DbException failure) when (failure.IsUniqueViolation())
        {
            return await writer.Write(chunk); // another process completed a dataset of this name a moment ago: now it is found
        }
    }

    /// <summary>Stores one chunk. The first inserts the dataset's row, unseen by queries; the last makes it complete.</summary>
    /// <returns>Null, or the complete dataset that has the same name already; then nothing of this one is left.</returns>
    private Dataset? Store(TrainingDbContext database, Dataset dataset, int number, byte[] bytes, bool isLast)
    {
        if (database.Datasets.AsNoTracking().SingleOrDefault(stored => stored.Name == dataset.Name) is { } existing)
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

        database.DatasetChunks.Add(new() { DatasetId = dataset.Id, Number = number, Bytes = bytes });
        database.SaveChanges();
        if (isLast)
        {
            Unfinished(database, dataset.Id).ExecuteUpdate(row => row.SetProperty(row => row.ImportLeaseUntil, (long?)null));
        }

        return null;
    }

    private void RenewLease(TrainingDbContext database, Dataset dataset)
    {
        long? end = LeaseEnd;
        if (Unfinished(database, dataset.Id).ExecuteUpdate(row => row.SetProperty(row => row.ImportLeaseUntil, end)) == 0)
        {
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

    private static IQueryable<Dataset> Unfinished(TrainingDbContext database, long id) =>
        database.Datasets.IgnoreQueryFilters().Where(row => row.Id == id && row.ImportLeaseUntil != null);

    private static IQueryable<Dataset> Abandoned(TrainingDbContext database, long deadline) =>
        database.Datasets.IgnoreQueryFilters().Where(row => row.ImportLeaseUntil < deadline);
}
