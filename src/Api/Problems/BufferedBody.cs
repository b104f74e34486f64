using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Velodrome.Api.Problems;

/// <summary>
/// Keeps a request's JSON body in memory until the request is answered. If it cannot be read as its type, <see cref="JsonFaults"/> reads
/// it again. The server limits its size, and the objects that are read from it take more memory. The framework's EnableBuffering would
/// write large bodies to disk, but costs every small request several microseconds more.
/// </summary>
internal sealed class BufferedBody(ReadOnlyMemory<byte> bytes) : IRequestBodyPipeFeature
{
    private const int MaxInitialCapacity = 64 << 10; // grows with what arrives, since a client may announce more than it sends

    public PipeReader Reader { get; } = PipeReader.Create(new ReadOnlySequence<byte>(bytes));

    private ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Reads the body to its end. Called before anything else reads it.</summary>
    public static async Task Buffer(HttpContext http)
    {
        using var body = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? MaxInitialCapacity, MaxInitialCapacity));
        await http.Request.BodyReader.CopyToAsync(body, http.RequestAborted);
        http.Features.Set<IRequestBodyPipeFeature>(new BufferedBody(body.GetBuffer().AsMemory(0, (int)body.Length)));
    }

    /// <summary>The bytes of a body that was buffered.</summary>
    public static ReadOnlyMemory<byte> Reread(HttpContext http) =>
        ((BufferedBody)http.Features.GetRequiredFeature<IRequestBodyPipeFeature>()).Bytes;
}
