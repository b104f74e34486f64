using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Detects the dialect of a file: its encoding from all bytes, and the rest from its beginning.</summary>
internal static class CsvDialect
{
    /// <summary>Bytes of memory for each byte of the sample. Short fields take the most memory, because each becomes a string and several
    /// delimiters are tried.</summary>
    private const long MemoryOfByte = 64;

    /// <summary>Memory that <see cref="Detect"/> needs.</summary>
    public static long MemoryOf(long csvLength) => MemoryOfByte * Math.Min(csvLength, DialectDetector.SampleBytes);

    /// <param name="csv">Seekable; read once from its start.</param>
    /// <param name="options">What the caller has set.</param>
    /// <param name="cancellationToken">Checked at each block.</param>
    /// <exception cref="Training.RefusedException"><c>mixedEncodings</c>, <c>notUtf8</c>.</exception>
    public static DetectedDialect Detect(Stream csv, ReadingOptions options, CancellationToken cancellationToken)
    {
        csv.Position = 0;
        var block = new byte[DialectDetector.SampleBytes];
        var sample = block[..csv.ReadAtLeast(block, block.Length, throwOnEndOfStream: false)];
        var isComplete = sample.Length < block.Length;
        var encoding = options.EncodingOrNull is { } given
            ? new(given, Certainty.Given, "The request says so.")
            : DetectEncoding(csv, sample, isComplete ? null : block, cancellationToken);
        var text = CodePages.Of(encoding.Value).GetDecoder(); // a character that is cut at the end of the sample is left out
        text.Fallback = System.Text.DecoderFallback.ReplacementFallback;
        var chars = new char[text.GetCharCount(sample, flush: false)];
        text.GetChars(sample, chars, flush: false);
        return DialectDetector.Detect(new string(chars), isComplete, encoding, options);
    }

    private static Detected<TextEncoding> DetectEncoding(
        Stream csv, byte[] sample, byte[]? block, CancellationToken cancellationToken)
    {
        var detector = new EncodingDetector();
        detector.Observe(sample);
        for (int length; block is not null && (length = csv.Read(block)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            detector.Observe(block.AsSpan(0, length));
        }

        return detector.Detect();
    }
}
