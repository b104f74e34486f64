using Velodrome.Crash.Checks;
using Velodrome.Postgres;
using Velodrome.Processes;

namespace Velodrome.Crash.Scenarios;

/// <summary>
/// A temporary folder for one scenario, and a PostgreSQL server if the scenario needs one. Disposing deletes both, unless the scenario
/// failed or has findings: the folder with the service's log is then kept.
/// </summary>
internal sealed class Workspace(CrashOptions options) : IDisposable
{
    private readonly Lazy<PostgresServer> _server = new(PostgresServer.Start);
    private bool _keep = true;

    public string Folder { get; } = Directory.CreateTempSubdirectory("velodrome-crash-").FullName;

    public PostgresServer Server => _server.Value;

    /// <exception cref="NotSupportedException">PostgreSQL is not installed.</exception>
    public Cluster NewCluster()
    {
        if (options.Provider == Provider.Sqlite)
        {
            return Cluster.OnSqlite(options.Service, Folder);
        }

        return PostgresServer.UnavailableReason is { } reason
            ? throw new NotSupportedException(reason)
            : Cluster.OnPostgres(options.Service, Folder, Server.NewDatabase(), options.Workers);
    }

    /// <summary>Ends the scenario. Its folder is kept only if there are findings.</summary>
    public Report Finish(IReadOnlyList<(string Name, string Value)> figures, IReadOnlyList<Finding> findings)
    {
        _keep = findings.Count > 0;
        return new(figures, findings);
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
