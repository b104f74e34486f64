using Velodrome.Data.Runs;

namespace Velodrome.Api.Worker;

/// <summary>
/// The timing constants of a worker process. They depend on each other and on <see cref="RunTiming"/>; <c>WorkerTimingTests</c> asserts
/// every relation that is written down here.
/// </summary>
internal static class WorkerTiming
{
    /// <summary>
    /// How often a training worker checks whether its run is to be cancelled and whether its lease is due for renewal.
    /// Shorter than <see cref="RunTiming.RenewalInterval"/>, so that a renewal is not late.
    /// </summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long a cancelled run may evaluate the weights that it keeps. Most evaluations take milliseconds. A longer one is given up, as a
    /// cancelled run ends within a second or two: the run then has a model without evaluation.
    /// </summary>
    public static readonly TimeSpan EvaluationLimit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Training stops this long before an unrenewed lease ends, because a stop takes effect after the current batch or layer. A renewal
    /// that fails is tried again at each heartbeat; RenewalInterval + 3 x HeartbeatInterval + LeaseMargin is at most the lease, so it is
    /// tried at least three times.
    /// </summary>
    public static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often the reconciler looks for runs to enqueue again. Lease + ReconcileInterval + QueuePollInterval is less than the
    /// 15 seconds within which another worker takes over, as the documentation promises. ReconcileInterval + QueuePollInterval is less
    /// than <see cref="RunTiming.ReenqueueAbandonedAfter"/>: a worker has time to claim the run before it is enqueued again.
    /// </summary>
    public static readonly TimeSpan ReconcileInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often a worker polls Hangfire's queue on PostgreSQL. Hangfire's default is 15 seconds.</summary>
    public static readonly TimeSpan QueuePollInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Hangfire gives a job to another worker if its worker has not touched it for this long. Longer than the lease: the run can then be
    /// claimed.
    /// </summary>
    public static readonly TimeSpan JobInvisibilityTimeout = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long Hangfire waits for one of its distributed locks. A lock is a row, usually held for milliseconds; a killed process leaves
    /// it behind. Hangfire's default is 10 minutes.
    /// </summary>
    public static readonly TimeSpan QueueLockTimeout = TimeSpan.FromMinutes(1);

    /// <summary>How often the workers of a process report to Hangfire that they are alive.</summary>
    public static readonly TimeSpan WorkersHeartbeatInterval = TimeSpan.FromSeconds(5);

    /// <summary>Workers that have not reported for this long count as dead in <c>/health/ready</c>; five heartbeats may fail.</summary>
    public static readonly TimeSpan WorkersSilenceLimit = 6 * WorkersHeartbeatInterval;

    /// <summary>
    /// How long a process that shuts down waits for its runs to stop and be released. Together with <see cref="DrainTimeout"/> it is
    /// less than the 10 seconds after which Docker kills a container.
    /// </summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(8);

    /// <summary>How long a process that shuts down waits for the dispatcher to enqueue the runs that it has accepted.</summary>
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);

    /// <summary>How often the stall monitor checks the runs.</summary>
    public static readonly TimeSpan StallCheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>A run is stalled if its current epoch has taken this many times as long as its longest epoch so far ...</summary>
    public const int StallFactor = 10;

    /// <summary>... and at least this long.</summary>
    public static readonly TimeSpan MinStallLimit = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The limit before the duration of an epoch is known. Longer than <see cref="MinStallLimit"/>: a large table has to be read and
    /// encoded first.
    /// </summary>
    public static readonly TimeSpan FirstEpochStallLimit = TimeSpan.FromHours(1);
}
