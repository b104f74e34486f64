namespace Velodrome.Data.Start;

/// <summary>The folder that this process alone works in, as long as it lives: the lock goes with the process, however that ends.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock) => (FullPath, _lock) = (path, @lock);

    public string FullPath { get; }

    public string DatabaseFile => Path.Combine(FullPath, "velodrome.db");

    /// <exception cref="DataFolderException">Another process has it, or this one can't write there.</exception>
    public static DataFolder Take(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(full, failure);
        }

        try
        {
            return new(full, new FileStream(Path.Combine(full, "velodrome.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException failure)
        {
            throw Unusable(full, failure);
        }
        catch (IOException)
        {
            throw new DataFolderException($"Another Velodrome works in the data folder {full}: stop that one, or set DataFolder to a folder of its own.");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static DataFolderException Unusable(string full, Exception failure) =>
        new($"The data folder {full} can't be used ({failure.Message.TrimEnd('.')}): set DataFolder to one that can be written.");
}
