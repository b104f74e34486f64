using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;
using Velodrome.Data.Start;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Temporary files in the data folder. An upload is written to one before it is imported, so a slow client occupies neither memory
/// nor a transaction.
/// </summary>
internal sealed class Spool(DataFolder folder, IOptions<VelodromeSettings> settings)
{
    /// <summary>A dataset is on the disk twice: as a temporary file, and in the database.</summary>
    private const int CopiesOnDisk = 2;

    private readonly long _maxBytes = (long)settings.Value.MaxSpoolMegabytes << 20;
    private readonly long _minFreeBytes = (long)settings.Value.MinFreeMegabytes << 20;
    private long _bytes;

    /// <summary>The most bytes of a dataset, before and after it is decompressed or converted.</summary>
    public long MaxUploadBytes { get; } = settings.Value.MaxUploadBytes(new DriveInfo(folder.FullPath).AvailableFreeSpace);

    /// <summary>Bytes of all files.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Refuses an upload that would not fit, before any of it is received.</summary>
    /// <param name="length">The length that the caller declares.</param>
    /// <exception cref="RefusedException"><c>spoolFull</c>, <c>diskFull</c>.</exception>
    public void CheckRoom(long length)
    {
        if (Bytes + length > _maxBytes)
        {
            throw Full(length);
        }

        var free = new DriveInfo(folder.FullPath).AvailableFreeSpace - _minFreeBytes;
        if (CopiesOnDisk * length > free)
        {
            throw new RefusedException("diskFull", null,
                $"This body has {InMebibytes(length)} MiB, and the disk of the data folder has room for " +
                $"{InMebibytes(Math.Max(0, free))} MiB besides MinFreeMegabytes. A dataset takes {CopiesOnDisk} times its size " +
                "while it is stored. Nothing of it was received.");
        }
    }

    /// <summary>Creates an empty file to write and read. Disposing it deletes it.</summary>
    public SpoolFile Create()
    {
        var options = PrivateFiles.Options(FileMode.CreateNew);
        options.Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous;
        options.BufferSize = 1 << 16;
        return new(new(folder.NewSpoolFile(), options), Take, count => Interlocked.Add(ref _bytes, -count));
    }

    /// <exception cref="RefusedException"><c>spoolFull</c>.</exception>
    private void Take(long count)
    {
        if (Interlocked.Add(ref _bytes, count) > _maxBytes)
        {
            Interlocked.Add(ref _bytes, -count);
            throw Full(count);
        }
    }

    private RefusedException Full(long count) => new("spoolFull", null,
        $"The temporary files of all uploads and CSV predictions have {InMebibytes(Bytes)} MiB, and may have " +
        $"{InMebibytes(_maxBytes)} MiB (setting MaxSpoolMegabytes); {InMebibytes(count)} MiB more do not fit. " +
        "Send it again when other uploads are done, or send a " +
        $"file of at most {InMebibytes(Math.Max(0, _maxBytes - Bytes))} MiB.");

    private static string InMebibytes(long bytes) => $"{(double)bytes / (1 << 20):0.##}";

    /// <summary>
    /// Deletes the files of processes that were killed. Files that another process has open stay, and so do files that this service has
    /// not made: those with another name, and those of other users.
    /// </summary>
    public void DeleteLeftovers()
    {
        foreach (var file in Directory.EnumerateFiles(folder.FullPath).Where(DataFolder.IsSpoolFile))
        {
            try
            {
                using var leftover = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
                PrivateFiles.AssertOwner(leftover);
                File.Delete(file);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // in use, already deleted, or of another user
            }
        }
    }
}
