using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>A run that waits for a worker.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="Priority">Its priority among the waiting runs.</param>
/// <param name="HasStarted">True if a worker has claimed the run before.</param>
public sealed record QueuedRun(long Id, RunPriority Priority, bool HasStarted)
{
    public static QueuedRun Of(Run run) => new(run.Id, run.Spec.Training.Priority, run.StartedAt is not null);
}
