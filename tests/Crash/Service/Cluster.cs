using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Service;

/// <summary>All processes of one service, and the database that they share, in a folder of their own.</summary>
public sealed class Cluster : IDisposable
{
    private readonly StreamWriter _log;
    private readonly Lock _writing = new();

    private Cluster(string folder, Provider provider, OutsideDatabase database, Func<Action<string>, IEnumerable<Node>> nodes)
    {
        (Folder, Provider, Database) = (folder, provider, database);
        _log = new StreamWriter(Path.Combine(folder, "service.log")) { AutoFlush = true };
        Nodes = [.. nodes(Log)];
    }

    public string Folder { get; }

    public Provider Provider { get; }

    /// <summary>The one that answers HTTP first.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Those that train.</summary>
    public IEnumerable<Node> Workers => Provider == Provider.Sqlite ? Nodes : Nodes.Skip(1);

    public Node Front => Nodes[0];

    public OutsideDatabase Database { get; }

    /// <param name="build">What is started.</param>
    /// <param name="folder">Exists; the SQLite file and the log go there.</param>
    /// <param name="slots">Runs side by side.</param>
    /// <param name="settings">More of the service's settings.</param>
    public static Cluster OnSqlite(ServiceBuild build, string folder, int slots = 2, params string[] settings)
    {
        var data = Path.Combine(folder, "data");
        return new(folder, Provider.Sqlite, new(() => new SqliteConnection($"Data Source={Path.Combine(data, "velodrome.db")};Mode=ReadOnly;Pooling=False")),
            log => [new("service", build, ["--DataFolder", data, "--Workers", Text(slots), "--MinFreeMegabytes", "1", .. settings], log)]);
    }

    /// <param name="build">What is started.</param>
    /// <param name="folder">Exists; the log goes there.</param>
    /// <param name="connectionString">An empty database.</param>
    /// <param name="workers">Processes that train, one run each.</param>
    public static Cluster OnPostgres(ServiceBuild build, string folder, string connectionString, int workers)
    {
        return new(folder, Provider.Postgres, new(() => new NpgsqlConnection(connectionString)),
            log => [New("api", "Api", log), .. Enumerable.Range(1, workers).Select(number => New($"worker {number}", "Worker", log))]);

        Node New(string name, string role, Action<string> log) => new(name, build,
        [
            "--Role", role, "--Workers", "1", "--DataFolder", Path.Combine(folder, "data"), "--MinFreeMegabytes", "1",
            "--Database:Provider", "Postgres", "--ConnectionStrings:Database", $"{connectionString};Application Name={name}",
        ], log);
    }

    /// <exception cref="InvalidOperationException">One of them did not start.</exception>
    public async Task Start()
    {
        foreach (var node in Nodes)
        {
            node.Start();
        }

        foreach (var node in Nodes)
        {
            if (!await node.Listening())
            {
                throw new InvalidOperationException($"{node.Name} did not start; its log is in {Folder}.");
            }
        }
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }

        lock (_writing)
        {
            _log.Dispose();
        }
    }

    private void Log(string line)
    {
        lock (_writing)
        {
            if (_log.BaseStream is { CanWrite: true })
            {
                _log.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {line}");
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
