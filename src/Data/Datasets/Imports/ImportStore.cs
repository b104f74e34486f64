using Microsoft.EntityFrameworkCore;
using Velodrome.Training;

namespace Velodrome.Data.Datasets.Imports;

/// <summary>
/// The rows of imports that run in the background. Each change needs that the import has not ended, so whichever of success, failure and
/// cancellation is committed first decides: a process whose import was cancelled, or was given up, stores nothing.
/// </summary>
public sealed class ImportStore(DatabaseWriter writer, IDbContextFactory<TrainingDbContext> contexts, TimeProvider time)
{
    /// <summary>How often a process reports how far an import is.</summary>
    public static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    /// <summary>An import whose process has not reported for so long is interrupted.</summary>
    public static readonly TimeSpan ReportTimeout = TimeSpan.FromMinutes(1);

    /// <summary>How long an import can be read after it has ended.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Adds an import, and removes those that ended long ago.</summary>
    public Task<DatasetImport> Add(string? owner, ImportState state) => writer.Write(database =>
    {
        var now = Now;
        var expired = now - (long)Retention.TotalMilliseconds;
        database.Imports.Where(import => import.FinishedAt < expired).ExecuteDelete();
        var added = new DatasetImport
        {
            DatasetName = state.DatasetName,
            Owner = owner,
            Status = state.Status,
            ReceivedBytes = state.ReceivedBytes,
            TotalBytes = state.TotalBytes,
            Rows = state.Rows,
            Fraction = state.Fraction,
            CreatedAt = now,
            UpdatedAt = now,
        };
        database.Imports.Add(added);
        database.SaveChanges(); // sets the id
        return added;
    });

    /// <summary>Reads an import that was added less than a day ago.</summary>
    public async Task<DatasetImport> Find(long id, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Imports.AsNoTracking().SingleAsync(import => import.Id == id, cancellationToken);
    }

    /// <summary>Stores how far an import is.</summary>
    /// <returns>False if it has ended: another request has cancelled it.</returns>
    public Task<bool> Report(long id, ImportState state) => writer.Write(
        database => Update(database, id, state, finishedAt: null));

    /// <summary>
    /// Ends an import with success, in the transaction that makes its dataset visible: the dataset is stored exactly if the import has
    /// succeeded.
    /// </summary>
    /// <exception cref="OperationCanceledException">The import was cancelled before.</exception>
    public void Complete(TrainingDbContext database, long id, ImportState state, Dataset stored)
    {
        if (!Succeed(database, id, state, stored))
        {
            throw new OperationCanceledException($"Import {id} was cancelled.");
        }
    }

    /// <summary>Ends an import with success, if it has not ended. For a dataset that was stored before.</summary>
    public Task Succeed(long id, ImportState state, Dataset stored) =>
        writer.Write(database => { Succeed(database, id, state, stored); });

    /// <summary>Ends an import with errors, if it has not ended.</summary>
    public Task Fail(long id, ImportState state, IReadOnlyList<Fault> errors) => writer.Write(database =>
    {
        Update(database, id, state with { Status = ImportStatus.Failed }, Now, errors: errors);
    });

    /// <summary>Ends an import, if it has not ended. Its process finds out at its next report, and stores nothing.</summary>
    public Task Cancel(long id) => writer.Write(database =>
    {
        long? now = Now;
        Running(database).Where(import => import.Id == id).ExecuteUpdate(row => row
            .SetProperty(import => import.Status, ImportStatus.Cancelled)
            .SetProperty(import => import.FinishedAt, now));
    });

    /// <summary>Fails the imports whose processes are gone.</summary>
    /// <param name="evenIfReporting">True only if no other process uses the database: then no unfinished import can still be running.
    /// </param>
    public async Task FailInterrupted(bool evenIfReporting = false)
    {
        var deadline = evenIfReporting ? long.MaxValue : Now - (long)ReportTimeout.TotalMilliseconds;
        await using var database = await contexts.CreateDbContextAsync();
        if (await Running(database).AnyAsync(import => import.UpdatedAt < deadline))
        {
            await writer.Write(writing =>
            {
                long? now = Now;
                IReadOnlyList<Fault>? errors = [Interrupted];
                Running(writing).Where(import => import.UpdatedAt < deadline).ExecuteUpdate(row => row
                    .SetProperty(import => import.Status, ImportStatus.Failed)
                    .SetProperty(import => import.Errors, errors)
                    .SetProperty(import => import.FinishedAt, now));
            });
        }
    }

    /// <summary>The error of an import whose process has stopped or was killed.</summary>
    public static Fault Interrupted { get; } = new("importInterrupted", null,
        "The service stopped while it imported the file. None of it was stored. Send the file again.");

    private bool Succeed(TrainingDbContext database, long id, ImportState state, Dataset stored) => Update(
        database, id, state with { Status = ImportStatus.Succeeded, DatasetName = stored.Name, Fraction = 1 }, Now, stored.Version);

    private bool Update(
        TrainingDbContext database, long id, ImportState state, long? finishedAt, int? version = null, IReadOnlyList<Fault>? errors = null)
    {
        var now = Now;
        return Running(database).Where(import => import.Id == id).ExecuteUpdate(row => row
            .SetProperty(import => import.Status, state.Status)
            .SetProperty(import => import.DatasetName, state.DatasetName)
            .SetProperty(import => import.ReceivedBytes, state.ReceivedBytes)
            .SetProperty(import => import.TotalBytes, state.TotalBytes)
            .SetProperty(import => import.Rows, state.Rows)
            .SetProperty(import => import.Fraction, state.Fraction)
            .SetProperty(import => import.DatasetVersion, version)
            .SetProperty(import => import.Errors, errors)
            .SetProperty(import => import.UpdatedAt, now)
            .SetProperty(import => import.FinishedAt, finishedAt)) == 1;
    }

    private static IQueryable<DatasetImport> Running(TrainingDbContext database) =>
        database.Imports.Where(import => import.FinishedAt == null);
}
