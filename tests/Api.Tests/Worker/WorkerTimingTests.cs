using Microsoft.Extensions.Hosting;
using Velodrome.Api.Worker;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Tests.Worker;

/// <summary>The relations between the timing constants, as their comments state them.</summary>
public sealed class WorkerTimingTests
{
    public static TheoryData<string, TimeSpan, TimeSpan> Relations => new()
    {
        { "two renewals may fail before a lease ends", 3 * RunTiming.RenewalInterval, RunTiming.Lease },
        { "a paused process releases its locks before its lease ends", RunTiming.IdleTransactionTimeout, RunTiming.Lease },
        { "an abandoned run is enqueued before a queued one", RunTiming.ReenqueueAbandonedAfter, RunTiming.ReenqueueQueuedAfter },
        { "a renewal is not late", WorkerTiming.HeartbeatInterval, RunTiming.RenewalInterval },
        {
            "a renewal is tried three times before training stops",
            RunTiming.RenewalInterval + 3 * WorkerTiming.HeartbeatInterval + WorkerTiming.LeaseMargin, RunTiming.Lease
        },
        {
            "another worker takes over within 15 seconds",
            RunTiming.Lease + WorkerTiming.ReconcileInterval + WorkerTiming.QueuePollInterval, TimeSpan.FromSeconds(15)
        },
        {
            "a worker has time to claim a run before it is enqueued again",
            WorkerTiming.ReconcileInterval + WorkerTiming.QueuePollInterval, RunTiming.ReenqueueAbandonedAfter
        },
        { "a run can be claimed when Hangfire delivers its job again", RunTiming.Lease, WorkerTiming.JobInvisibilityTimeout },
        { "several heartbeats of the workers may be late", 3 * WorkerTiming.WorkersHeartbeatInterval, WorkerTiming.WorkersSilenceLimit },
        {
            "a container ends before Docker kills it",
            WorkerTiming.DrainTimeout + WorkerTiming.ShutdownTimeout, TimeSpan.FromSeconds(10)
        },
        { "a host waits for its workers", WorkerTiming.DrainTimeout + WorkerTiming.ShutdownTimeout, new HostOptions().ShutdownTimeout },
        { "a lease ends before a run counts as stalled", RunTiming.Lease, WorkerTiming.MinStallLimit },
        { "a first epoch may take longer than another", WorkerTiming.MinStallLimit, WorkerTiming.FirstEpochStallLimit },
        { "a stall is found soon", WorkerTiming.StallCheckInterval, WorkerTiming.MinStallLimit },
    };

    [Theory]
    [MemberData(nameof(Relations))]
    public void Timing_constants_fit_together(string relation, TimeSpan atMost, TimeSpan limit) =>
        Assert.True(atMost <= limit, $"{relation}: {atMost} is more than {limit}");
}
