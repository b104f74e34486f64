namespace Velodrome.Data.Tests.Datasets;

/// <summary>Random bytes. A callback runs before each chunk is read, and before the read that finds the end.</summary>
/// <param name="length">The number of bytes.</param>
/// <param name="beforeChunk">Gets the chunk's number, from 0.</param>
internal sealed class CsvStream(int length, Func<int, Task>? beforeChunk = null) : MemoryStream(Content(length))
{
    private int _chunk;

    public static byte[] Content(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (beforeChunk is not null)
        {
            await beforeChunk(_chunk++);
        }

        return await base.ReadAsync(buffer, cancellationToken);
    }
}
