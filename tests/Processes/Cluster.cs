using Microsoft.Data.Sqlite;
using Npgsql;

namespace Velodrome.Processes;

/// <summary>All processes of one service and the database that they share.</summary>
public sealed class Cluster : IDisposable
{
    private readonly StreamWriter _log;
    private readonly Lock _logLock = new();

    private Cluster(string folder, Provider provider, ServiceDatabase database, Func<Action<string>, IEnumerable<Node>> createNodes)
    {
        (Folder, Provider, Database) = (folder, provider, database);
        _log = new StreamWriter(Path.Combine(folder, "service.log")) { AutoFlush = true };
        Nodes = [.. createNodes(WriteLog)];
    }

    public string Folder { get; }

    public Provider Provider { get; }

    /// <summary>The node that serves HTTP is the first.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    public Node ApiNode => Nodes[0];

    /// <summary>The nodes that train.</summary>
    public IEnumerable<Node> Workers => Provider == Provider.Sqlite ? Nodes : Nodes.Skip(1);

    public ServiceDatabase Database { get; }

    /// <param name="build">The build to start.</param>
    /// <param name="folder">An existing folder. It receives the SQLite file and the log.</param>
    /// <param name="workers">The number of runs that train at the same time.</param>
    /// <param name="settings">Additional settings of the service.</param>
    public static Cluster OnSqlite(ServiceBuild build, string folder, int workers = 2, params string[] settings)
    {
        var dataFolder = Path.Combine(folder, "data");
        var database = Path.Combine(dataFolder, "velodrome.db");
        return new(folder, Provider.Sqlite, new(() => new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False")), log =>
        [
            new("service", build, ["--DataFolder", dataFolder, "--Workers", $"{workers}", "--MinFreeMegabytes", "1", .. settings], log),
        ]);
    }

    /// <param name="build">The build to start.</param>
    /// <param name="folder">An existing folder. It receives the log.</param>
    /// <param name="connectionString">Leads to an empty database.</param>
    /// <param name="workers">The number of processes that train, one run each.</param>
    public static Cluster OnPostgres(ServiceBuild build, string folder, string connectionString, int workers)
    {
        return new(folder, Provider.Postgres, new(() => new NpgsqlConnection(connectionString)), log =>
        [
            NewNode("api", "Api", log),
            .. Enumerable.Range(1, workers).Select(number => NewNode($"worker {number}", "Worker", log)),
        ]);

        Node NewNode(string name, string role, Action<string> log) => new(name, build,
        [
            "--Role", role, "--Workers", "1", "--DataFolder", Path.Combine(folder, "data"), "--MinFreeMegabytes", "1",
            "--Database:Provider", "Postgres", "--ConnectionStrings:Database", $"{connectionString};Application Name={name}",
        ], log);
    }

    /// <summary>Starts all nodes and waits until they listen.</summary>
    /// <exception cref="InvalidOperationException">A process exited before it listened.</exception>
    public async Task Start()
    {
        foreach (var node in Nodes)
        {
            node.Start();
        }

        foreach (var node in Nodes)
        {
            if (!await node.WaitUntilListening())
            {
                throw new InvalidOperationException($"{node.Name} did not start. The log is in {Folder}.");
            }
        }
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }

        lock (_logLock)
        {
            _log.Dispose();
        }
    }

    private void WriteLog(string line)
    {
        lock (_logLock)
        {
            if (_log.BaseStream is { CanWrite: true })
            {
                _log.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {line}");
            }
        }
    }
}
