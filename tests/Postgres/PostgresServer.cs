using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Velodrome.Postgres;

/// <summary>
/// A real PostgreSQL server in a temporary folder, on a free port, started from the programs that are installed on this machine. It
/// ends with this process.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer> SharedServer = new(Start);

    private readonly Process _script;

    private PostgresServer(Process script, string folder, int port) => (_script, Folder, Port) = (script, folder, port);

    /// <summary>Why no server can be started on this machine, or null if one can.</summary>
    public static string? UnavailableReason { get; } = FindPrograms()
        ? null
        : "PostgreSQL's server programs are not installed (no pg_ctl in PATH or /usr/lib/postgresql). Debian's package is postgresql.";

    /// <summary>One server for all tests of this process. Each test creates its own database on it.</summary>
    public static PostgresServer Shared => SharedServer.Value;

    public int Port { get; }

    /// <summary>The server's folder. Its subfolder <c>data</c> is the data directory to pass to pg_ctl.</summary>
    public string Folder { get; }

    public static PostgresServer Start()
    {
        var port = FreePort();
        var script = Process.Start(new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "serve.sh"), $"{port}"])
        {
            RedirectStandardInput = true, // the server stops when this stream closes
            RedirectStandardOutput = true,
        })!;
        var answer = script.StandardOutput.ReadLine()?.Split(' ', 2);
        return answer is ["ready", var folder]
            ? new(script, folder, port)
            : throw new InvalidOperationException("The PostgreSQL server did not start. Its log is printed above.");
    }

    /// <summary>Creates an empty database.</summary>
    /// <returns>The connection string.</returns>
    public string NewDatabase()
    {
        var name = $"test_{Guid.NewGuid():N}";
        using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        connection.Open();
        using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        command.ExecuteNonQuery();
        return ConnectionString(name);
    }

    /// <summary>Crashes the server and starts it again: every connection breaks, and uncommitted work is lost.</summary>
    public void Restart() => Send("restart", answer: "restarted");

    /// <summary>Crashes the server. <see cref="Restart"/> starts it again.</summary>
    public void Stop() => Send("stop", answer: "stopped");

    /// <summary>Stops the server and deletes its folder. May be called twice.</summary>
    public void Dispose()
    {
        _script.StandardInput.Close();
        _script.WaitForExit();
    }

    private void Send(string command, string answer)
    {
        _script.StandardInput.WriteLine(command);
        if (_script.StandardOutput.ReadLine() != answer)
        {
            throw new InvalidOperationException($"The PostgreSQL server did not {command}. Its log is printed above.");
        }
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username=velodrome";

    /// <remarks>Never on Windows: the script needs bash.</remarks>
    private static bool FindPrograms()
    {
        const string debianFolder = "/usr/lib/postgresql";
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return !OperatingSystem.IsWindows() &&
            (path.Split(':').Any(folder => File.Exists(Path.Combine(folder, "pg_ctl"))) ||
            (Directory.Exists(debianFolder) && Directory.EnumerateFiles(debianFolder, "pg_ctl", SearchOption.AllDirectories).Any()));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
