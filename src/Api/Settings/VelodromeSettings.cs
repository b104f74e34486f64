using System.ComponentModel.DataAnnotations;

namespace Velodrome.Api.Settings;

/// <summary>The role of a process.</summary>
public enum Role
{
    /// <summary>Serves the API and trains runs.</summary>
    All,

    /// <summary>Serves the API.</summary>
    Api,

    /// <summary>Trains runs. It serves only health probes and /hangfire.</summary>
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
    /// <summary>The program itself, with libtorch, small requests, and the garbage that is not collected yet.</summary>
    private const long ProgramBytes = 400L << 20;

    /// <summary>The cache of models, which reserves nothing.</summary>
    private const long ModelCacheBytes = 256L << 20;

    /// <summary>Runs leave this part of the rest for requests.</summary>
    private const int RequestsShare = 4;

    /// <summary>Small runs are accepted on the smallest machine.</summary>
    private const long MinRunBytes = 64L << 20;

    private const long MinDefaultUploadBytes = 512L << 20;

    /// <summary>How often an upload is on the disk: as a temporary file, in the database and its log, and as columns.</summary>
    private const int CopiesOfUpload = 4;

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

    /// <summary>Memory that this process may take, 1024 to 16777216 MiB: its runs, requests and caches together. What can never fit is
    /// refused; what does not fit now waits. Default: three quarters of the memory of the machine or the container.</summary>
    [Range(1024, 1 << 24)]
    public int? MaxMemoryMegabytes { get; init; }

    /// <summary><see cref="MaxMemoryMegabytes"/>, or its default.</summary>
    public long EffectiveMaxMemoryBytes =>
        MaxMemoryMegabytes is { } megabytes ? (long)megabytes << 20 : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>Memory that runs, requests and caches may reserve together.</summary>
    public long ReservableBytes => EffectiveMaxMemoryBytes - ProgramBytes - ModelCacheBytes;

    /// <summary>The part of <see cref="ReservableBytes"/> that runs leave for requests.</summary>
    public long RequestBytes => ReservableBytes / RequestsShare;

    /// <summary>Memory that one run may take: what is not for requests, divided by the workers.</summary>
    public long MaxRunBytes => Math.Max(MinRunBytes, (ReservableBytes - RequestBytes) / Workers);

    /// <summary>Size of the largest dataset that can be uploaded, 1 to 1048576 MiB. Default: a quarter of the disk space that is free at
    /// the start, at least 512 and at most <see cref="MaxMemoryMegabytes"/> and <see cref="MaxSpoolMegabytes"/>.</summary>
    [Range(1, 1 << 20)]
    public int? MaxUploadMegabytes { get; init; }

    /// <summary><see cref="MaxUploadMegabytes"/>, or its default.</summary>
    /// <param name="freeBytes">Free space on the data folder's disk.</param>
    public long MaxUploadBytes(long freeBytes) => MaxUploadMegabytes is { } megabytes ? (long)megabytes << 20
        : Math.Min(
            Math.Max(MinDefaultUploadBytes, freeBytes / CopiesOfUpload),
            Math.Min(EffectiveMaxMemoryBytes, (long)MaxSpoolMegabytes << 20));

    /// <summary>Size of the largest JSON body of a request, 1 to 1024 MiB; datasets have <see cref="MaxUploadMegabytes"/>. Default 32.
    /// </summary>
    [Range(1, 1024)]
    public int MaxBodyMegabytes { get; init; } = 32;

    /// <summary>Size of all temporary files together, 1 to 16777216 MiB: uploads in progress, and CSV files that are predicted.
    /// Default 16384.</summary>
    [Range(1, 1 << 24)]
    public int MaxSpoolMegabytes { get; init; } = 16 << 10;

    /// <summary>Days after which versions of datasets are removed that no run uses and that are not the newest, 0 to 36500; 0 keeps all.
    /// Default 0.</summary>
    [Range(0, 36_500)]
    public int KeepVersionsDays { get; init; }

    /// <summary>Minimum free space on the data folder's disk, 0 to 1048576 MiB; below it, /health/ready returns 503. Default 256.</summary>
    [Range(0, 1 << 20)]
    public int MinFreeMegabytes { get; init; } = 256;

    /// <summary>Names under which the service answers besides those of its own machine, such as <c>ml.example.org;*.internal</c>;
    /// separated by semicolons. An asterisk alone allows every name. Default: none.</summary>
    public string AllowedHosts { get; init; } = "";

    /// <summary>Proxies whose <c>X-Forwarded-*</c> headers are believed: addresses or networks such as <c>10.0.0.0/8</c>, separated by
    /// semicolons. Default: none.</summary>
    public string Proxies { get; init; } = "";

    /// <summary>The path below which a proxy publishes the service, such as <c>/velodrome</c>. Default: none.</summary>
    public string PathBase { get; init; } = "";

    /// <summary>Hosts from which datasets may be imported by their URL, such as <c>data.example.org</c>; separated by semicolons. An entry
    /// allows https on port 443; write <c>https://data.example.org:8443</c> or <c>http://data.example.org</c> for another port or for
    /// http. Hosts with private addresses are never called. Default: none.</summary>
    public string ImportHosts { get; init; } = "";

    public CorsSettings Cors { get; init; } = new();

    public DatabaseSettings Database { get; init; } = new();

    public ConnectionStringSettings ConnectionStrings { get; init; } = new();

    public DashboardSettings Dashboard { get; init; } = new();

    public sealed record CorsSettings
    {
        /// <summary>Origins of other sites whose pages may call the service, such as <c>https://app.example.org</c>; separated by
        /// semicolons. Default: none.</summary>
        public string Origins { get; init; } = "";
    }

    public QuotaSettings Quotas { get; init; } = new();

    public AccessSettings Access { get; init; } = new();

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
        /// <summary>True to show /hangfire to everyone who can reach it, not only to local callers and admins. Default false.</summary>
        public bool Open { get; init; }
    }

    public sealed record AccessSettings
    {
        /// <summary>True to let everyone who can reach the service do everything without a key. Default false.</summary>
        public bool AllowAnonymous { get; init; }
    }
}
