using System.ComponentModel.DataAnnotations;

namespace Velodrome.Api.Settings;

/// <summary>
/// Limits for callers. A caller is an API key. Callers without a key are told apart by their address for <see cref="RequestsPerSecond"/>
/// and <see cref="UploadsAtATime"/>; for runs and datasets, all of them count as one caller.
/// </summary>
public sealed record QuotaSettings
{
    /// <summary>Requests a second of one caller, 0 to 1000000; 0 for no limit. Callers on the service's own machine who need no key are
    /// not limited. Default 10000.</summary>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; init; } = 10_000;

    /// <summary>Uploads of one caller that are received or imported at the same time, 1 to 1000; others wait. Default 8.</summary>
    [Range(1, 1_000)]
    public int UploadsAtATime { get; init; } = 8;

    /// <summary>Callers who read the events of runs, 0 to 100000, of all callers together. Default 1000.</summary>
    [Range(0, 100_000)]
    public int EventReaders { get; init; } = 1_000;

    /// <summary>Callers who wait for a run to end (Prefer: wait), 0 to 100000, of all callers together. Default 1000.</summary>
    [Range(0, 100_000)]
    public int WaitingCallers { get; init; } = 1_000;

    /// <summary>Runs of one caller that wait for a worker, 1 to 1000000. Default 10000.</summary>
    [Range(1, 1_000_000)]
    public int QueuedRuns { get; init; } = 10_000;

    /// <summary>Stored datasets of one caller, 1 to 1000000. Default 10000.</summary>
    [Range(1, 1_000_000)]
    public int Datasets { get; init; } = 10_000;

    /// <summary>Stored datasets of one caller in MiB, 1 to 104857600. Default 102400.</summary>
    [Range(1, 100 << 20)]
    public int DatasetMegabytes { get; init; } = 100 << 10;

    /// <summary>Size of the database in MiB from which nothing more is stored, 1 to 104857600. Default: no limit but the disk.</summary>
    [Range(1, 100 << 20)]
    public int? TotalMegabytes { get; init; }
}
