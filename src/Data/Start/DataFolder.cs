using System.Diagnostics;

namespace Velodrome.Data.Start;

/// <summary>The folder that the service writes files in.</summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>A process that ends in order lets go of the folder within a moment, so its successor does not give up at once.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(2);

    private readonly FileStream? _lock;

    private DataFolder(string path, FileStream? @lock) => (FullPath, _lock) = (path, @lock);

    public string FullPath { get; }

    public string DatabaseFile => Path.Combine(FullPath, "velodrome.db");

    /// <summary>For several processes, each with files of its own in it.</summary>
    /// <exception cref="DataFolderException">It can't be made.</exception>
    public static DataFolder Open(string path) => new(Make(path), @lock: null);

    /// <summary>For this process alone, as long as it lives: the lock goes with the process, however that ends.</summary>
    /// <exception cref="DataFolderException">Another process has it, or this one can't write there.</exception>
    public static DataFolder Lock(string path)
    {
        var full = Make(path);
        for (var start = Stopwatch.GetTimestamp(); ; Thread.Sleep(50))
        {
            try
            {
                return new(full, new FileStream(Path.Combine(full, "velodrome.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (UnauthorizedAccessException failure)
            {
                throw Unusable(full, failure);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(start) > LockTimeout)
            {
                throw new DataFolderException($"Another Velodrome works in the data folder {full}: stop that one, or set DataFolder to a folder of its own.");
            }
            catch (IOException)
            {
                // taken, as yet
            }
        }
    }

    public void Dispose() => _lock?.Dispose();

    private static string Make(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
            return full;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(full, failure);
        }
    }

    private static DataFolderException Unusable(string full, Exception failure) =>
        new($"The data folder {full} can't be used ({failure.Message.TrimEnd('.')}): set DataFolder to one that can be written.");
}
