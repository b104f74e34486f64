using System.Diagnostics;
using System.Globalization;

namespace Velodrome.Bench.Engines;

/// <summary>PyTorch or scikit-learn in a Python process of its own, which trains when it is told to.</summary>
internal sealed class PeerContender : IContender
{
    private readonly Process _python;

    private PeerContender(string name, Process python) => (Name, _python) = (name, python);

    public string Name { get; }

    /// <summary>Null where the peer is not installed.</summary>
    public static PeerContender? Start(string peer, Case of, int threads = 1)
    {
        try
        {
            var python = Process.Start(new ProcessStartInfo("/usr/bin/python3")
            {
                ArgumentList = { Path.Combine(AppContext.BaseDirectory, "peers.py"), peer, $"{of.Rows}", $"{of.Features}", string.Join(',', of.Hidden), $"{of.Batch}" },
                Environment = { ["OMP_NUM_THREADS"] = $"{threads}", ["OPENBLAS_NUM_THREADS"] = $"{threads}" },
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            return python.StandardOutput.ReadLine() is { } version ? new(version, python) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public Time Train(int epochs)
    {
        _python.StandardInput.WriteLine(epochs);
        var times = _python.StandardOutput.ReadLine()!.Split(' ');
        return new(double.Parse(times[0], CultureInfo.InvariantCulture), double.Parse(times[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _python.StandardInput.Close();
        _python.WaitForExit();
        _python.Dispose();
    }
}
