using Microsoft.EntityFrameworkCore;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>A run that waits for a worker.</summary>
/// <param name="Id">Of the run.</param>
/// <param name="Priority">Among those that wait.</param>
/// <param name="HasStarted">Some worker trained it already.</param>
public sealed record QueuedRun(long Id, RunPriority Priority, bool HasStarted)
{
    public static QueuedRun Of(Run run) => new(run.Id, run.Spec.Training.Priority, run.StartedAt is not null);
}

/// <summary>What the rows say about who waits: the queue may forget, they do not.</summary>
public static class RunQueue
{
    /// <summary>A run whose worker is gone is announced again after so many milliseconds, until somebody claims it.</summary>
    private const long Soon = 5_000;

    /// <summary>What a process that died was at is free at once. Only for whoever has the database to itself.</summary>
    public static void ReleaseAllLeases(this DatabaseWriter writer) => writer.WriteAndWait(database =>
    {
        database.Runs.Where(run => run.Status == RunStatus.Queued || run.Status == RunStatus.Running).ExecuteUpdate(run => run
            .SetProperty(run => run.LeaseUntil, 0)
            .SetProperty(run => run.EnqueuedAt, (long?)null));
    });

    /// <summary>Runs that the queue should be told of: those that wait and were not announced lately, and those whose worker is gone.</summary>
    /// <param name="writer">Marks them as announced.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="lately">Milliseconds; a run that waits may wait so long before it is announced again.</param>
    /// <returns>The oldest first.</returns>
    public static IReadOnlyList<QueuedRun> MarkOverdueForEnqueue(this DatabaseWriter writer, long now, long lately) => writer.WriteAndWait(database =>
    {
        var waiting = database.Runs.Where(run =>
            (run.Status == RunStatus.Queued && (run.EnqueuedAt == null || run.EnqueuedAt < now - lately)) ||
            (run.Status == RunStatus.Running && run.LeaseUntil < now && (run.EnqueuedAt == null || run.EnqueuedAt < now - Soon)));
        var found = waiting.OrderBy(run => run.Id).Select(run => new { run.Id, run.Spec, run.StartedAt }).ToList()
            .ConvertAll(run => new QueuedRun(run.Id, run.Spec.Training.Priority, run.StartedAt is not null));
        var ids = found.ConvertAll(run => run.Id); // another process may have put more among the waiting since
        database.Runs.Where(run => ids.Contains(run.Id)).ExecuteUpdate(run => run.SetProperty(run => run.EnqueuedAt, now));
        return found;
    });

    /// <summary>Asks for a run to end: one that has not begun ends now, another when its worker notices, which keeps the best
    /// weights so far. Asking twice asks once.</summary>
    /// <returns>False when there is no such run.</returns>
    public static Task<bool> Cancel(this DatabaseWriter writer, long runId, long now) => writer.Write(database =>
    {
        database.Runs.Where(run => run.Id == runId && run.Status == RunStatus.Queued && run.LastEpoch == null).ExecuteUpdate(run => run
            .SetProperty(run => run.Status, RunStatus.Cancelled)
            .SetProperty(run => run.StopReason, StopReason.Cancelled)
            .SetProperty(run => run.FinishedAt, now));
        database.Runs.Where(run => run.Id == runId && (run.Status == RunStatus.Queued || run.Status == RunStatus.Running)).ExecuteUpdate(run => run.SetProperty(run => run.CancelRequested, true));
        return database.Runs.Any(run => run.Id == runId);
    });
}
