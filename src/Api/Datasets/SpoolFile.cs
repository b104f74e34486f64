namespace Velodrome.Api.Datasets;

/// <summary>A temporary file that is written once, from its start to its end, and read afterwards. It counts what is written.</summary>
/// <param name="file">Deletes itself when it is closed.</param>
/// <param name="take">Called with the number of bytes before they are written.</param>
/// <param name="giveBack">Called with the number of all bytes when the file is closed.</param>
internal sealed class SpoolFile(FileStream file, Action<long> take, Action<long> giveBack) : Stream
{
    private long _taken;

    private long _bytesWritten;
    private long _bytesRead;

    /// <summary>Bytes that were written so far. It grows while another thread writes.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    /// <summary>Bytes that were read so far, in all passes over the file. It grows while another thread reads.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>The file itself.</summary>
    public FileStream File => file;

    public override bool CanRead => file.CanRead;

    public override bool CanSeek => file.CanSeek;

    public override bool CanWrite => file.CanWrite;

    public override long Length => file.Length;

    public override long Position { get => file.Position; set => file.Position = value; }

    public override int Read(byte[] buffer, int offset, int count) => CountRead(file.Read(buffer, offset, count));

    public override int Read(Span<byte> buffer) => CountRead(file.Read(buffer));

    public override int ReadByte()
    {
        var value = file.ReadByte();
        CountRead(value < 0 ? 0 : 1);
        return value;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        CountRead(await file.ReadAsync(buffer, cancellationToken));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Take(buffer.Length);
        file.Write(buffer);
    }

    public override void WriteByte(byte value) => Write([value]);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Take(buffer.Length);
        return file.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => file.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => file.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        GiveBack();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
            GiveBack();
        }

        base.Dispose(disposing);
    }

    private int CountRead(int count)
    {
        Volatile.Write(ref _bytesRead, _bytesRead + count);
        return count;
    }

    private void Take(int count)
    {
        take(count);
        _taken += count;
        Volatile.Write(ref _bytesWritten, _bytesWritten + count);
    }

    private void GiveBack() => giveBack(Interlocked.Exchange(ref _taken, 0));
}
