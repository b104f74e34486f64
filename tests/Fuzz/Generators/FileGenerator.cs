using System.IO.Compression;

namespace Velodrome.Fuzz.Generators;

/// <summary>Makes files of other formats than CSV: downloads of the service, compressed, mixed up and damaged.</summary>
internal static class FileGenerator
{
    private static readonly string[] EntryNames =
        ["table.csv", "table.json", "a/b.parquet", "x", "../x.csv", "ä.xlsx", "xl/workbook.xml"];

    /// <param name="type">The media type that the request will have.</param>
    /// <param name="samples">Valid files; empty for none.</param>
    /// <param name="columns">The columns of a CSV; null for any.</param>
    /// <param name="dice">Decides.</param>
    public static byte[] Make(string type, IReadOnlyList<SampleFile> samples, IReadOnlyList<string>? columns, Dice dice)
    {
        var file = dice.Chance(0.1) ? Any(samples, columns, dice) : type switch
        {
            "application/gzip" or "application/x-gzip" => Gzip(Any(samples, columns, dice)),
            "application/zip" or "application/x-zip-compressed" => Zip(samples, columns, dice),
            _ => samples.Where(sample => sample.MediaType == type).ToList() is { Count: > 0 } ofType
                ? dice.Pick(ofType).Bytes : Any(samples, columns, dice),
        };
        return dice.Chance(0.5) ? ByteMutator.Mutate(file, dice) : file;
    }

    public static byte[] Gzip(byte[] content) => Compress(content, target => new GZipStream(target, CompressionLevel.Fastest));

    public static byte[] Brotli(byte[] content) => Compress(content, target => new BrotliStream(target, CompressionLevel.Fastest));

    private static byte[] Any(IReadOnlyList<SampleFile> samples, IReadOnlyList<string>? columns, Dice dice) =>
        samples.Count > 0 && dice.Chance(0.6) ? dice.Pick(samples).Bytes : CsvGenerator.Make(dice, columns);

    private static byte[] Zip(IReadOnlyList<SampleFile> samples, IReadOnlyList<string>? columns, Dice dice)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var files = dice.Pick([1, 1, 1, 1, 0, 2]); files > 0; files--)
            {
                var entry = zip.CreateEntry(dice.Pick(EntryNames));
                entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero); // the same bytes every time
                using var content = entry.Open();
                content.Write(Any(samples, columns, dice));
            }
        }

        return archive.ToArray();
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> open)
    {
        using var compressed = new MemoryStream();
        using (var writer = open(compressed))
        {
            writer.Write(content);
        }

        return compressed.ToArray();
    }
}
