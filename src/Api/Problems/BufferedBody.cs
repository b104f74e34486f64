using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Velodrome.Api.Problems;

/// <summary>A JSON body, kept while its request is answered: one that does not fit is read again, to say all that is wrong with it.</summary>
internal sealed class BufferedBody(byte[] bytes) : IRequestBodyPipeFeature
{
    /// <summary>Larger bodies, and those that do not say how large they are, are kept by the framework, on the disk if need be.</summary>
    private const long Small = 64 << 10;

    public PipeReader Reader { get; } = PipeReader.Create(new ReadOnlySequence<byte>(bytes));

    /// <summary>To be called before anybody reads.</summary>
    public static async ValueTask Buffer(HttpContext http)
    {
        if (http.Request.ContentLength is not (> 0 and <= Small and var length))
        {
            http.Request.EnableBuffering();
            return;
        }

        var bytes = new byte[length];
        var reader = http.Request.BodyReader;
        var read = await reader.ReadAtLeastAsync(bytes.Length, http.RequestAborted);
        read.Buffer.CopyTo(bytes);
        reader.AdvanceTo(read.Buffer.End);
        http.Features.Set<IRequestBodyPipeFeature>(new BufferedBody(bytes));
    }

    public static async Task<byte[]> Reread(HttpContext http)
    {
        if (http.Features.Get<IRequestBodyPipeFeature>() is BufferedBody kept)
        {
            return kept.Bytes;
        }

        http.Request.Body.Position = 0;
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }

    private byte[] Bytes => bytes;
}
