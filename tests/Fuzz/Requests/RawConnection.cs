using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace Velodrome.Fuzz.Requests;

/// <summary>One HTTP/1.1 connection that sends any bytes and reads the response to them. It connects again when needed.</summary>
internal sealed class RawConnection(Uri address) : IAsyncDisposable
{
    private TcpClient? _client;
    private PipeReader? _reader;

    public string Host => address.Authority;

    /// <param name="request">A whole request.</param>
    /// <param name="isHead">Whether the response has no body, whatever its headers say.</param>
    /// <param name="cancellationToken">Ends the connection.</param>
    /// <exception cref="IOException">The connection ended before the response was complete.</exception>
    public async Task<RawResponse> Send(byte[] request, bool isHead, CancellationToken cancellationToken)
    {
        var isReused = _client is not null;
        try
        {
            return await SendOnce(request, isHead, cancellationToken);
        }
        catch (IOException) when (isReused)
        {
            return await SendOnce(request, isHead, cancellationToken); // the server had ended the connection in the meantime
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null)
        {
            await _reader.CompleteAsync();
        }

        _client?.Dispose();
        (_client, _reader) = (null, null);
    }

    private async Task<RawResponse> SendOnce(byte[] request, bool isHead, CancellationToken cancellationToken)
    {
        var stopwatch = Stopwatch.StartNew();
        var keep = false;
        try
        {
            await Connect(cancellationToken);
            var sending = _client!.GetStream().WriteAsync(request, cancellationToken).AsTask();
            var response = await Read(isHead, stopwatch, cancellationToken);
            keep = sending.IsCompletedSuccessfully && !response.Closes && !IsStream(response);
            return response;
        }
        catch (SocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
        finally
        {
            if (!keep)
            {
                await DisposeAsync(); // also ends a stream of events
            }
        }
    }

    private async Task Connect(CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            _client = new TcpClient { NoDelay = true };
            await _client.ConnectAsync(address.Host, address.Port, cancellationToken);
            _reader = PipeReader.Create(_client.GetStream());
        }
    }

    private async Task<RawResponse> Read(bool isHead, Stopwatch stopwatch, CancellationToken cancellationToken)
    {
        var status = await ReadLine(cancellationToken);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var line = await ReadLine(cancellationToken); line.Length > 0; line = await ReadLine(cancellationToken))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }

        var response = new RawResponse(int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), headers, [], default);
        var body = isHead || response.Status is 204 or 304 ? [] : await ReadBody(response, cancellationToken);
        return response with { Body = body, Time = stopwatch.Elapsed };
    }

    private async Task<byte[]> ReadBody(RawResponse response, CancellationToken cancellationToken)
    {
        if (response.Headers.TryGetValue("content-length", out var length))
        {
            return await ReadBytes(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        }

        using var body = new MemoryStream();
        while (response.Headers.ContainsKey("transfer-encoding"))
        {
            var size = int.Parse(await ReadLine(cancellationToken), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Write(await ReadBytes(size, cancellationToken));
            await ReadLine(cancellationToken);
            if (size == 0 || IsStream(response))
            {
                break;
            }
        }

        return body.ToArray();
    }

    private static bool IsStream(RawResponse response) =>
        response.ContentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private async Task<string> ReadLine(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader!.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.Latin1.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                _reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            ThrowIfEnded(read);
        }
    }

    private async Task<byte[]> ReadBytes(int count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var read = await _reader!.ReadAsync(cancellationToken);
            if (read.Buffer.Length >= count)
            {
                var bytes = read.Buffer.Slice(0, count).ToArray();
                _reader.AdvanceTo(read.Buffer.GetPosition(count));
                return bytes;
            }

            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            ThrowIfEnded(read);
        }

        return [];
    }

    private static void ThrowIfEnded(ReadResult read)
    {
        if (read.IsCompleted)
        {
            throw new IOException("The connection ended before the response was complete.");
        }
    }
}
