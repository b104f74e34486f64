using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>The format that the first bytes of a file show.</summary>
internal enum FileSignature
{
    /// <summary>None of the others: a text, or an unknown format.</summary>
    None,
    Parquet,
    Arrow,
    ArrowStream,
    Gzip,
    Zip,
}

/// <summary>Recognises files by their first bytes.</summary>
internal static class FileSignatures
{
    private const int MaxSearched = 1 << 20;

    private static readonly byte[] CompoundFile = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    private static readonly (byte[] Start, FileSignature Signature)[] Known =
    [
        ([.. "PAR1"u8], FileSignature.Parquet),
        ([.. "PARE"u8], FileSignature.Parquet), // with an encrypted footer
        ([.. "ARROW1"u8], FileSignature.Arrow),
        ([0xFF, 0xFF, 0xFF, 0xFF], FileSignature.ArrowStream),
        ([0x1F, 0x8B], FileSignature.Gzip),
        ([.. "PK"u8, 3, 4], FileSignature.Zip),
        ([.. "PK"u8, 5, 6], FileSignature.Zip), // empty
    ];

    /// <param name="file">Seekable; left at its start.</param>
    /// <exception cref="RefusedException"><c>encryptedFile</c>; <c>unsupportedMediaType</c>: the format is not read.</exception>
    public static FileSignature Find(Stream file)
    {
        Span<byte> start = stackalloc byte[8];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        RefuseUnsupported(file, start);
        foreach (var (known, signature) in Known)
        {
            if (start.StartsWith(known))
            {
                return signature;
            }
        }

        return FileSignature.None;
    }

    private static void RefuseUnsupported(Stream file, ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(CompoundFile)) // an old workbook, or the container of one with a password
        {
            throw HasEncryptedPackage(file)
                ? new RefusedException("encryptedFile", null,
                    "The Excel file is protected with a password. Remove the password and send the file again: in Excel, choose File, " +
                    "Info, Protect Workbook, Encrypt with Password, and clear the field.")
                : new RefusedException("unsupportedMediaType", null,
                    "The file is an Excel workbook in the old format (.xls). Save it as .xlsx or CSV and send that.");
        }

        if (start.StartsWith("FEA1"u8))
        {
            throw new RefusedException("unsupportedMediaType", null,
                "The file is Feather version 1. Save it as version 2, as pandas' to_feather does, or as Parquet.");
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) || start.StartsWith("BZh"u8)
            || start.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A]))
        {
            throw new RefusedException("unsupportedMediaType", null,
                "The file is compressed with zstd, bzip2 or xz. Compress it with gzip or zip, or send it uncompressed.");
        }
    }

    private static bool HasEncryptedPackage(Stream file)
    {
        var bytes = new byte[(int)Math.Min(file.Length, MaxSearched)];
        file.Position = 0;
        file.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes("EncryptedPackage")) >= 0;
    }
}
