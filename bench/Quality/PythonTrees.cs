using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Velodrome.Bench.Quality;

/// <summary>scikit-learn or XGBoost in a Python process, controlled through its standard input and output: see tree_peers.py.</summary>
internal sealed class PythonTrees : ITreeLibrary
{
    private readonly Process _python;
    private readonly DirectoryInfo _folder;

    private PythonTrees(string name, Process python, DirectoryInfo folder) => (Name, _python, _folder) = (name, python, folder);

    public string Name { get; }

    /// <param name="peer">sklearn or xgboost.</param>
    /// <returns>Null if Python or the library is not installed.</returns>
    public static PythonTrees? Start(string peer)
    {
        var folder = Directory.CreateTempSubdirectory("velodrome-trees-");
        try
        {
            var python = Process.Start(new ProcessStartInfo("/usr/bin/python3")
            {
                ArgumentList = { Path.Combine(AppContext.BaseDirectory, "tree_peers.py"), peer, folder.FullName },
                Environment = { ["OMP_NUM_THREADS"] = "1", ["OPENBLAS_NUM_THREADS"] = "1" },
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            if (python.StandardOutput.ReadLine() is { } name)
            {
                return new(name, python, folder);
            }

            python.Dispose();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Python is not installed.
        }

        folder.Delete(recursive: true);
        return null;
    }

    public (double[] Outputs, double Seconds) Predict(TreeData data)
    {
        Write("train", data.Train);
        Write("targets", data.Targets);
        Write("test", data.Test);
        _python.StandardInput.WriteLine($"{data.Classes} {data.Columns} {string.Join(' ', data.Categories)}");
        var answer = _python.StandardOutput.ReadLine();
        if (!double.TryParse(answer, CultureInfo.InvariantCulture, out var seconds))
        {
            throw new InvalidOperationException(answer ?? $"The Python process of {Name} has ended.");
        }

        var outputs = new double[data.TestRows * data.Outputs];
        File.ReadAllBytes(PathTo("outputs")).CopyTo(MemoryMarshal.AsBytes(outputs.AsSpan()));
        return (outputs, seconds);
    }

    public void Dispose()
    {
        _python.StandardInput.Close();
        _python.WaitForExit();
        _python.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Write<T>(string name, T[] values) where T : struct =>
        File.WriteAllBytes(PathTo(name), MemoryMarshal.AsBytes<T>(values));

    private string PathTo(string name) => Path.Combine(_folder.FullName, name);
}
