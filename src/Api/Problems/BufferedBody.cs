using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Velodrome.Api.Datasets;
using Velodrome.Api.Memory;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>
/// Keeps a request's JSON body in memory until the response is sent. If it cannot be read as its type, <see cref="JsonFaults"/> reads
/// it again. The framework's EnableBuffering would write large bodies to disk, but costs every small request several microseconds more.
/// </summary>
internal sealed class BufferedBody(ReadOnlyMemory<byte> bytes) : IRequestBodyPipeFeature
{
    private const int MinCapacity = 1 << 10;

    /// <summary>For bodies up to this length no memory is reserved.</summary>
    private const int SmallBytes = 16 << 10;

    /// <summary>Bytes of memory for each byte of a body. Rows of one number, which take most, have eight bytes or more, and become a
    /// dictionary, its key, and a document with arrays of its own: about 450 bytes.</summary>
    private const int MemoryOfByte = 64;

    public PipeReader Reader { get; } = PipeReader.Create(new ReadOnlySequence<byte>(bytes));

    private ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Reads the body to its end, without a byte order mark. Called before anything else reads it. The memory for it, and for what
    /// is read from it, is reserved until the response is sent, as it arrives: a client may announce more than it sends.</summary>
    /// <exception cref="RefusedException"><c>bodyTooLarge</c>, <c>memoryBusy</c>, <c>requestTooLarge</c>; and the body is not text, see
    /// <see cref="JsonText.Check"/>.</exception>
    public static async Task Buffer(HttpContext http, long maxBytes, MemoryBudget memory)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = null; // LimitedBody refuses with the same message on every server
        }

        if (http.Request.Body is CompressedBody compressed)
        {
            compressed.Limit = long.MaxValue; // LimitedBody counts what comes out
        }

        var body = http.Request.ContentLength > maxBytes ? throw TooLarge(maxBytes)
            : new LimitedBody(http.Request.BodyReader.AsStream(), maxBytes, () => TooLarge(maxBytes));
        var bytes = await Read(http, body, memory);
        var json = bytes.Span.StartsWith(JsonText.Mark) ? bytes[JsonText.Mark.Length..].ToArray() : bytes; // the reader needs offset 0
        JsonText.Check(json.Span, "The body");
        http.Features.Set<IRequestBodyPipeFeature>(new BufferedBody(json));
    }

    private static async Task<ReadOnlyMemory<byte>> Read(HttpContext http, LimitedBody body, MemoryBudget memory)
    {
        var bytes = new byte[(int)Math.Clamp((http.Request.ContentLength ?? 0) + 1, MinCapacity, SmallBytes)];
        var length = 0;
        while (await body.ReadAsync(bytes.AsMemory(length), http.RequestAborted) is > 0 and var read)
        {
            length += read;
            if (length == bytes.Length)
            {
                var growth = length >= SmallBytes ? (long)length * MemoryOfByte : 0;
                http.Response.RegisterForDispose(await memory.ReserveForRequest(growth, http.RequestAborted));
                Array.Resize(ref bytes, 2 * length);
            }
        }

        return bytes.AsMemory(0, length);
    }

    private static RefusedException TooLarge(long maxBytes) => new("bodyTooLarge", null,
        $"The body is larger than {maxBytes >> 20} MiB. Send fewer rows at a time, or a CSV file; or start the service with a larger " +
        "MaxBodyMegabytes.");

    /// <summary>Returns the bytes of a body that was buffered.</summary>
    public static ReadOnlyMemory<byte> Reread(HttpContext http) =>
        ((BufferedBody)http.Features.GetRequiredFeature<IRequestBodyPipeFeature>()).Bytes;
}
