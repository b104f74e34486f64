using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;
using Velodrome.Postgres;

namespace Velodrome.Crash.Scenarios;

/// <summary>A temporary folder, and a PostgreSQL server where one is needed; gone at the end, but for the log of what went wrong.</summary>
internal sealed class BuildFolder(CrashOptions options) : IDisposable
{
    private readonly Lazy<PostgresServer> _server = new(PostgresServer.Start);
    private bool _keep = true;

    public string Folder { get; } = Directory.CreateTempSubdirectory("velodrome-crash-").FullName;

    public PostgresServer Server => _server.Value;

    /// <exception cref="NotSupportedException">There is no PostgreSQL server program here.</exception>
    public Cluster NewCluster() => options.Provider == Provider.Sqlite
        ? Cluster.OnSqlite(options.Service, Folder)
        : Cluster.OnPostgres(options.Service, Folder, PostgresServer.Missing is { } missing ? throw new NotSupportedException(missing) : Server.NewDatabase(), options.Workers);

    /// <summary>The folder may go if nothing was found.</summary>
    public IReadOnlyList<Finding> Keep(IReadOnlyList<Finding> findings)
    {
        _keep = findings.Count > 0;
        return findings;
    }

    public void Dispose()
    {
        if (_server.IsValueCreated)
        {
            _server.Value.Dispose();
        }

        if (_keep)
        {
            options.Progress($"The service's log is in {Folder}.");
        }
        else
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
