namespace Velodrome.Data.Runs;

/// <summary>
/// The timing constants that decide when a run passes from one worker to another. They depend on each other and on those of the worker
/// process, which are in <c>WorkerTiming</c>; <c>WorkerTimingTests</c> asserts every relation that is written down in the two files.
/// </summary>
public static class RunTiming
{
    /// <summary>A claim that is not renewed for this long ends. Any worker may then claim the run.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A worker renews its lease this long after the last renewal. Three times <see cref="RenewalInterval"/> is at most
    /// <see cref="Lease"/>: two renewals in a row may fail.
    /// </summary>
    public static readonly TimeSpan RenewalInterval = Lease / 3;

    /// <summary>
    /// PostgreSQL ends a transaction that is idle for this long and releases its locks. It is at most <see cref="Lease"/>: a process
    /// that is paused within a transaction must not block the worker that takes over its run.
    /// </summary>
    public static readonly TimeSpan IdleTransactionTimeout = Lease;

    /// <summary>A run whose lease has ended is enqueued again at this interval until a worker claims it.</summary>
    public static readonly TimeSpan ReenqueueAbandonedAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A run that has waited for this long is enqueued again, in case the queue has lost it. It is longer than
    /// <see cref="ReenqueueAbandonedAfter"/>, because runs may wait behind others for hours.
    /// </summary>
    public static readonly TimeSpan ReenqueueQueuedAfter = TimeSpan.FromMinutes(1);
}
