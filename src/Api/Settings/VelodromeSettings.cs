using System.ComponentModel.DataAnnotations;

namespace Velodrome.Api.Settings;

/// <summary>What a process does.</summary>
public enum Role
{
    /// <summary>Answers HTTP and trains.</summary>
    All,

    /// <summary>Answers HTTP.</summary>
    Api,

    /// <summary>Trains; answers probes.</summary>
    Worker,
}

/// <summary>What holds the data and the queue.</summary>
public enum DatabaseProvider
{
    /// <summary>A SQLite file in the data folder, and a queue in memory: one process, nothing to install.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server, for both: any number of processes.</summary>
    Postgres,
}

/// <summary>All settings, from appsettings.json, the environment or the command line; each has a default.</summary>
public sealed record VelodromeSettings
{
    /// <summary>What this process does. Default All; Api and Worker need PostgreSQL.</summary>
    public Role Role { get; init; }

    /// <summary>Where the SQLite file and its lock lie, and uploads while they come in; relative to the working directory. Default data.</summary>
    [Required]
    public string DataFolder { get; init; } = "data";

    /// <summary>Training runs side by side in this process, 1 to 256. Default: the processor's cores.</summary>
    [Range(1, 256)]
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Threads that a run may use while it is the only one that trains in this process, 1 to 256. Default: the processor's cores
    /// for Role All; 1 for Role Worker, as several workers usually share a machine.</summary>
    [Range(1, 256)]
    public int? ThreadsPerRun { get; init; }

    /// <summary><see cref="ThreadsPerRun"/>, or its default.</summary>
    public int EffectiveThreadsPerRun => ThreadsPerRun ?? (Role == Role.Worker ? 1 : Environment.ProcessorCount);

    /// <summary>Largest dataset that is taken, 1 to 4096 MiB. Default 512.</summary>
    [Range(1, 4096)]
    public int MaxUploadMegabytes { get; init; } = 512;

    /// <summary>With less free on the data folder's disk the service calls itself not ready; 0 to 1048576 MiB. Default 256.</summary>
    [Range(0, 1 << 20)]
    public int MinFreeMegabytes { get; init; } = 256;

    public DatabaseSettings Database { get; init; } = new();

    public ConnectionStringSettings ConnectionStrings { get; init; } = new();

    public DashboardSettings Dashboard { get; init; } = new();

    public sealed record DatabaseSettings
    {
        /// <summary>What holds the data and the queue. Default Sqlite.</summary>
        public DatabaseProvider Provider { get; init; }
    }

    public sealed record ConnectionStringSettings
    {
        /// <summary>The PostgreSQL database. No default.</summary>
        public string? Database { get; init; }
    }

    public sealed record DashboardSettings
    {
        /// <summary>Whether the queue's dashboard answers everybody, not only callers on its own machine. Default false.</summary>
        public bool Open { get; init; }
    }
}
