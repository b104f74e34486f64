using System.Diagnostics;
using System.Globalization;

namespace Velodrome.Bench.Service;

/// <summary>Reads a CSV with pandas: see pandas_peer.py.</summary>
internal sealed class PandasPeer : IDisposable
{
    private readonly Process _python;

    private PandasPeer(string file) => _python = Process.Start(
        new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "pandas_peer.py"), file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Starts pandas. Returns null if it is not installed.</summary>
    public static PandasPeer? Start(string file)
    {
        if (!File.Exists("/usr/bin/python3"))
        {
            return null;
        }

        var peer = new PandasPeer(file);
        if (peer._python.StandardOutput.ReadLine() == "ready")
        {
            return peer;
        }

        peer.Dispose();
        return null;
    }

    /// <summary>Reads the file. Returns the seconds that it took.</summary>
    public double Read()
    {
        _python.StandardInput.WriteLine();
        return double.Parse(_python.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _python.StandardInput.Close();
        _python.WaitForExit();
        _python.Dispose();
    }
}
