using System.Diagnostics;
using System.Globalization;

namespace Velodrome.Bench.Engines;

/// <summary>PyTorch or scikit-learn in a Python process, controlled through its standard input and output: see peers.py.</summary>
internal sealed class PythonTrainer : ITrainer
{
    private readonly Process _python;

    private PythonTrainer(string name, Process python) => (Name, _python) = (name, python);

    public string Name { get; }

    /// <param name="peer">torch or sklearn.</param>
    /// <param name="workload">The training to measure.</param>
    /// <returns>Null if the library is not installed.</returns>
    public static PythonTrainer? Start(string peer, Workload workload)
    {
        try
        {
            var python = Process.Start(new ProcessStartInfo("/usr/bin/python3")
            {
                ArgumentList =
                {
                    Path.Combine(AppContext.BaseDirectory, "peers.py"), peer,
                    $"{workload.Rows}", $"{workload.Features}", string.Join(',', workload.Hidden), $"{workload.Batch}",
                },
                Environment = { ["OMP_NUM_THREADS"] = "1", ["OPENBLAS_NUM_THREADS"] = "1" },
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            return python.StandardOutput.ReadLine() is { } name ? new(name, python) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public Timing Train(int epochs)
    {
        _python.StandardInput.WriteLine(epochs);
        var seconds = _python.StandardOutput.ReadLine()!.Split(' ');
        return new(double.Parse(seconds[0], CultureInfo.InvariantCulture), double.Parse(seconds[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _python.StandardInput.Close();
        _python.WaitForExit();
        _python.Dispose();
    }
}
