using Microsoft.AspNetCore.Http.Features;
using Velodrome.Api.Compression;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>
/// Reads a compressed request body. A small body may become a large one, so that the limit of the body's size counts what comes out.
/// </summary>
internal sealed class CompressedBody : ForwardStream
{
    /// <summary>What <c>Accept-Encoding</c> says of requests (RFC 9110, 12.5.3).</summary>
    public const string Accepted = "gzip, br, zstd, identity";

    /// <summary>Kestrel's own default.</summary>
    private const long DefaultLimit = 30_000_000;

    /// <summary>The largest window of zstd in HTTP (RFC 9659): 8 MiB. Without it, a body of a few bytes takes 128 MiB.</summary>
    private const int MaxWindowLog = 23;

    private readonly Stream _decompressed;
    private readonly string _encoding;
    private long _read;

    private CompressedBody(Stream decompressed, string encoding, long limit) =>
        (_decompressed, _encoding, Limit) = (decompressed, encoding, limit);

    /// <summary>The most bytes that may come out.</summary>
    public long Limit { get; set; }

    /// <summary>Replaces the request's body by what comes out of it.</summary>
    /// <returns>False for an encoding that is not supported.</returns>
    public static bool TryReplace(HttpContext http, string encoding)
    {
        var request = http.Request;
        Stream? decompressed = encoding.ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new CompleteGzip(request.Body),
            "br" => new CompleteBrotli(request.Body),
            "zstd" => OpenZstd(request.Body),
            _ => null,
        };
        if (decompressed is null)
        {
            return false;
        }

        var limit = http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? DefaultLimit;
        request.Body = new CompressedBody(decompressed, encoding, limit);
        request.ContentLength = null;
        request.Headers.ContentEncoding = default;
        http.Response.RegisterForDispose(decompressed);
        return true;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int length;
        try
        {
            length = await _decompressed.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException or ZstdSharp.ZstdException
            or EndOfStreamException)
        {
            throw new RefusedException("brokenCompression", "Content-Encoding",
                $"The body is not valid {_encoding}, as its Content-Encoding says" +
                $"{(_encoding == "zstd" ? ", with a window of at most 8 MiB" : "")}, or it is cut off or other bytes follow it. " +
                "Compress it again, or send it without this header.");
        }

        _read += length;
        return _read <= Limit ? length : throw new RefusedException("bodyTooLarge", null,
            $"The body is larger than {Limit:N0} bytes when it is decompressed. Send less in one request.");
    }

    private static ZstdSharp.DecompressionStream OpenZstd(Stream body)
    {
        var decompressed = new ZstdSharp.DecompressionStream(body, leaveOpen: true);
        decompressed.SetParameter(ZstdSharp.Unsafe.ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindowLog);
        return decompressed;
    }
}
