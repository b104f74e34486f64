using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Velodrome.Postgres;

/// <summary>A real PostgreSQL server of the machine's own programs, in a temporary folder on a free port; it ends with this process.</summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer> Started = new(Start);

    private readonly Process _script;

    private PostgresServer(Process script, string folder, int port) => (_script, Folder, Port) = (script, folder, port);

    /// <summary>Why no server can be started here; null where one can.</summary>
    public static string? Missing { get; } = FindPrograms()
        ? null
        : "There is no PostgreSQL server program on this machine (pg_ctl in PATH or /usr/lib/postgresql). Debian's package postgresql has it.";

    /// <summary>One for all tests of a process, each with databases of its own.</summary>
    public static PostgresServer Shared => Started.Value;

    public int Port { get; }

    /// <summary>Holds the server's data in <c>data</c>, where pg_ctl looks for it.</summary>
    public string Folder { get; }

    public static PostgresServer Start()
    {
        var port = FreePort();
        var script = Process.Start(new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "serve.sh"), $"{port}"])
        {
            RedirectStandardInput = true, // its end is the server's
            RedirectStandardOutput = true,
        })!;
        var ready = script.StandardOutput.ReadLine()?.Split(' ', 2);
        return ready is ["ready", var folder] ? new(script, folder, port) : throw new InvalidOperationException("The PostgreSQL server did not start; its log is above.");
    }

    /// <summary>Makes an empty database.</summary>
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

    /// <summary>As a crash of the server: every connection breaks, and what was not committed is gone.</summary>
    public void Restart()
    {
        _script.StandardInput.WriteLine("restart");
        if (_script.StandardOutput.ReadLine() != "restarted")
        {
            throw new InvalidOperationException("The PostgreSQL server did not start again; its log is above.");
        }
    }

    /// <summary>Ends it; a second call finds it ended.</summary>
    public void Dispose()
    {
        _script.StandardInput.Close();
        _script.WaitForExit();
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username=velodrome";

    private static bool FindPrograms() => !OperatingSystem.IsWindows() && // the script is bash
        ((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "pg_ctl"))) ||
        (Directory.Exists("/usr/lib/postgresql") && Directory.EnumerateFiles("/usr/lib/postgresql", "pg_ctl", SearchOption.AllDirectories).Any()));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
