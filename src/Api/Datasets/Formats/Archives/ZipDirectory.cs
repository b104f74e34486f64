using System.Buffers.Binary;
using System.IO.Compression;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Archives;

/// <summary>Opens zip archives. The framework reads the whole directory into memory, so its length is checked first.</summary>
internal static class ZipDirectory
{
    private const int MaxDirectoryBytes = 4 << 20;
    private const int EndLength = 22;
    private const int MaxCommentLength = ushort.MaxValue;

    /// <param name="file">Seekable; stays open.</param>
    /// <exception cref="RefusedException"><c>tooManyFiles</c>.</exception>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public static ZipArchive Open(Stream file)
    {
        var start = DirectoryStart(file);
        if (file.Length - start > MaxDirectoryBytes + EndLength + MaxCommentLength)
        {
            throw new RefusedException("tooManyFiles", null, "The zip archive contains too many files. Send an archive with one file.");
        }

        file.Position = 0;
        return new(file, ZipArchiveMode.Read, leaveOpen: true);
    }

    /// <summary>Opens an entry that expands to at most so many bytes, whatever its header says. Its checksum is compared at its end.
    /// </summary>
    /// <exception cref="RefusedException"><c>bodyTooLarge</c>, <c>encryptedFile</c>.</exception>
    public static Stream Open(ZipArchiveEntry entry, long maxBytes)
    {
        if (entry.IsEncrypted)
        {
            throw new RefusedException("encryptedFile", null,
                "The zip archive is protected with a password. Send one without a password, or the file itself.");
        }

        return entry.Length > maxBytes ? throw TooLarge(maxBytes)
            : new LimitedBody(new CheckedEntry(entry.Open(), entry.Crc32), maxBytes, () => TooLarge(maxBytes));
    }

    public static RefusedException TooLarge(long maxBytes) => new("bodyTooLarge", null,
        $"The file expands to more than {maxBytes >> 20} MiB. Send fewer rows, or start the service with a larger MaxUploadMegabytes.");

    /// <summary>Finds the record at the archive's end, which says where the directory begins, as the framework does.</summary>
    private static long DirectoryStart(Stream file)
    {
        var bytes = new byte[(int)Math.Min(file.Length, EndLength + MaxCommentLength)];
        file.Position = file.Length - bytes.Length;
        file.ReadExactly(bytes);
        var record = bytes.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (record < 0 || bytes.Length - record < EndLength)
        {
            throw new InvalidDataException("it ends before its directory");
        }

        var start = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(record + 16));
        return start <= file.Length ? start : throw new InvalidDataException("its directory is outside of the file");
    }
}
