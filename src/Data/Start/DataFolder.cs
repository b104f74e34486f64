using System.Diagnostics;

namespace Velodrome.Data.Start;

/// <summary>The folder in which the service writes its files.</summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>How long to wait for another process to release the folder: a process that is shutting down does so soon.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(2);

    private readonly FileStream? _lock;

    private DataFolder(string path, FileStream? @lock) => (FullPath, _lock) = (path, @lock);

    public string FullPath { get; }

    public string DatabaseFile => Path.Combine(FullPath, "velodrome.db");

    /// <summary>Opens a folder that several processes may share.</summary>
    /// <exception cref="DataFolderException">The folder can't be created.</exception>
    public static DataFolder Open(string path) => new(Create(path), @lock: null);

    /// <summary>Opens a folder for this process alone. The operating system releases the lock when the process ends or is killed.</summary>
    /// <exception cref="DataFolderException">Another process has locked the folder, or this process can't write to it.</exception>
    public static DataFolder Lock(string path)
    {
        var full = Create(path);
        for (var start = Stopwatch.GetTimestamp(); ; Thread.Sleep(50))
        {
            try
            {
                var lockFile = Path.Combine(full, "velodrome.lock");
                return new(full, new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (UnauthorizedAccessException failure)
            {
                throw Unusable(full, failure);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(start) > LockTimeout)
            {
                throw new DataFolderException(
                    $"Another Velodrome process uses the data folder {full}. Stop that process, or set DataFolder to a different folder.");
            }
            catch (IOException)
            {
                // still locked: try again
            }
        }
    }

    public void Dispose() => _lock?.Dispose();

    private static string Create(string path)
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

    private static DataFolderException Unusable(string full, Exception failure) => new(
        $"The data folder {full} can't be used ({failure.Message.TrimEnd('.')}). " +
        "Set DataFolder to a folder that this process can write to.");
}
