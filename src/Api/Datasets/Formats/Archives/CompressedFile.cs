using System.IO.Compression;
using Velodrome.Api.Compression;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Archives;

/// <summary>Extracts the file in a gzip file, or the only file in a zip archive.</summary>
internal static class CompressedFile
{
    /// <param name="gzip">Seekable.</param>
    /// <param name="extracted">Receives the file.</param>
    /// <param name="maxBytes">The longest file.</param>
    /// <param name="cancellationToken">Checked at each block.</param>
    /// <exception cref="RefusedException"><c>bodyTooLarge</c>.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or cut off, or other bytes follow it.</exception>
    public static async Task ExtractGzip(Stream gzip, Stream extracted, long maxBytes, CancellationToken cancellationToken)
    {
        gzip.Position = 0;
        await using var expanded = new CompleteGzip(gzip);
        using var limited = new LimitedBody(expanded, maxBytes, () => ZipDirectory.TooLarge(maxBytes));
        await limited.CopyToAsync(extracted, cancellationToken);
    }

    /// <returns>The file's name.</returns>
    /// <exception cref="RefusedException"><c>bodyTooLarge</c>, <c>tooManyFiles</c>, <c>encryptedFile</c>.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static async Task<string> ExtractZip(ZipArchive zip, Stream extracted, long maxBytes, CancellationToken cancellationToken)
    {
        var files = zip.Entries.Where(IsFile).ToList();
        if (files.Count != 1)
        {
            throw new RefusedException("tooManyFiles", null, files.Count == 0
                ? "The zip archive contains no file. Send an archive with one file."
                : $"The zip archive contains {files.Count} files, such as {Shorten(files[0].FullName)} and {Shorten(files[1].FullName)}. " +
                    "Send an archive with one file, or each file on its own.");
        }

        using var content = ZipDirectory.Open(files[0], maxBytes);
        await content.CopyToAsync(extracted, cancellationToken);
        return files[0].Name;
    }

    /// <summary>Whether an entry is a file of the sender. Folders are not, nor are the files that macOS adds to an archive.</summary>
    private static bool IsFile(ZipArchiveEntry entry) => entry.Name.Length > 0
        && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal) && entry.Name != ".DS_Store";

    private static string Shorten(string name) => name.Length <= 60 ? name : $"{name.AsSpan(0, 60)}…";
}
