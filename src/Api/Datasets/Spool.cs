using Velodrome.Data.Start;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Temporary files in the data folder. An upload is written to one before it is imported, so a slow client occupies neither memory
/// nor a transaction.
/// </summary>
internal sealed class Spool(DataFolder folder)
{
    private const string Extension = ".upload";

    /// <summary>Creates an empty file to write and read. Disposing it deletes it.</summary>
    public FileStream Create() => new(Path.Combine(folder.FullPath, Guid.NewGuid() + Extension), new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        BufferSize = 1 << 16,
    });

    /// <summary>Deletes the files of processes that were killed. Files that another process has open stay.</summary>
    public void DeleteLeftovers()
    {
        foreach (var file in Directory.EnumerateFiles(folder.FullPath, "*" + Extension))
        {
            try
            {
                using var leftover = new FileStream(
                    file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            }
            catch (IOException)
            {
                // in use, or deleted meanwhile
            }
        }
    }
}
