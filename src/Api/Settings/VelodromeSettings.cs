using System.ComponentModel.DataAnnotations;

namespace Velodrome.Api.Settings;

/// <summary>The role of a process.</summary>
public enum Role
{
    /// <summary>Answers requests and trains runs.</summary>
    All,

    /// <summary>Answers requests.</summary>
    Api,

    /// <summary>Trains runs. Its address answers only health probes and /hangfire.</summary>
    Worker,
}

/// <summary>Where data and queue are stored.</summary>
public enum DatabaseProvider
{
    /// <summary>Data in a SQLite file in the data folder, queue in memory. For a single process; needs no installation.</summary>
    Sqlite,

    /// <summary>Data and queue in a PostgreSQL database, for any number of processes.</summary>
    Postgres,
}

/// <summary>All settings. Each can be set in appsettings.json, in the environment or on the command line, and each has a default.</summary>
public sealed record VelodromeSettings
{
    /// <summary>The role of this process. Api and Worker need PostgreSQL. Default All.</summary>
    public Role Role { get; init; }

    /// <summary>Folder of the SQLite file, its lock, and uploads in progress; relative to the working directory. Default data.</summary>
    [Required]
    public string DataFolder { get; init; } = "data";

    /// <summary>How many runs this process trains at the same time, 1 to 256. Default: the number of processor cores.</summary>
    [Range(1, 256)]
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Threads that a run may use while it is the only one that trains in this process, 1 to 256. Default: the processor's cores
    /// for Role All; 1 for Role Worker, as several workers usually share a machine.</summary>
    [Range(1, 256)]
    public int? ThreadsPerRun { get; init; }

    /// <summary><see cref="ThreadsPerRun"/>, or its default.</summary>
    public int EffectiveThreadsPerRun => ThreadsPerRun ?? (Role == Role.Worker ? 1 : Environment.ProcessorCount);

    /// <summary>Size of the largest dataset that can be uploaded, 1 to 4096 MiB. Default 512.</summary>
    [Range(1, 4096)]
    public int MaxUploadMegabytes { get; init; } = 512;

    /// <summary>With less free space on the data folder's disk, /health/ready returns 503; 0 to 1048576 MiB. Default 256.</summary>
    [Range(0, 1 << 20)]
    public int MinFreeMegabytes { get; init; } = 256;

    public DatabaseSettings Database { get; init; } = new();

    public ConnectionStringSettings ConnectionStrings { get; init; } = new();

    public DashboardSettings Dashboard { get; init; } = new();

    public sealed record DatabaseSettings
    {
        /// <summary>Where data and queue are stored. Default Sqlite.</summary>
        public DatabaseProvider Provider { get; init; }
    }

    public sealed record ConnectionStringSettings
    {
        /// <summary>Connection string of the PostgreSQL database, which must exist. No default.</summary>
        public string? Database { get; init; }
    }

    public sealed record DashboardSettings
    {
        /// <summary>True to show /hangfire to everyone who can reach the service, not only to local callers. Default false.</summary>
        public bool Open { get; init; }
    }
}
