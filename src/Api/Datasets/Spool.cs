using Velodrome.Data.Start;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Temporary files in the data folder. An upload waits in one until all of it is there, so that neither memory nor a
/// transaction is held while a slow client sends.
/// </summary>
internal sealed class Spool(DataFolder folder)
{
    private const string Extension = ".upload";

    /// <summary>An empty file to write and read; gone once it is disposed.</summary>
    public FileStream Create() => new(Path.Combine(folder.FullPath, Guid.NewGuid() + Extension), new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        BufferSize = 1 << 16,
    });

    /// <summary>Deletes what a process left that was killed; what another one has open stays.</summary>
    public void DeleteLeftovers()
    {
        foreach (var file in Directory.EnumerateFiles(folder.FullPath, "*" + Extension))
        {
            try
            {
                using var leftover = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            }
            catch (IOException)
            {
                // in use, or gone by now
            }
        }
    }
}
