using System.Globalization;
using System.Text;

namespace Velodrome.Fuzz.Requests;

/// <summary>A request as it is sent, byte for byte. No HTTP library would send some of them.</summary>
/// <param name="Operation">The operation that it is for; null if its path is changed.</param>
/// <param name="Method">Any token.</param>
/// <param name="Target">Path and query, already encoded or deliberately not.</param>
/// <param name="Headers">Without Host, Content-Length and Transfer-Encoding.</param>
/// <param name="Body">Null for none.</param>
public sealed record RawRequest(
    ApiOperation? Operation, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    private const int MaxShownLength = 300;

    public bool IsHead => Method == "HEAD";

    /// <summary>Who sends it; null if the service has no keys.</summary>
    public Sender? Sender { get; init; }

    /// <summary>Whether the body is sent in chunks, without its length.</summary>
    public bool IsChunked { get; init; }

    /// <param name="host">The Host header.</param>
    public byte[] ToBytes(string host)
    {
        var head = new StringBuilder($"{Method} {Target} HTTP/1.1\r\nHost: {host}\r\n");
        foreach (var (name, value) in Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (Body is null)
        {
            return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
        }

        head.Append(IsChunked ? "Transfer-Encoding: chunked\r\n\r\n" : string.Create(CultureInfo.InvariantCulture,
            $"Content-Length: {Body.Length}\r\n\r\n"));
        var start = Encoding.Latin1.GetBytes(head.ToString());
        return !IsChunked ? [.. start, .. Body]
            : Body.Length == 0 ? [.. start, .. "0\r\n\r\n"u8]
            : [.. start, .. Encoding.Latin1.GetBytes($"{Body.Length:X}\r\n"), .. Body, .. "\r\n0\r\n\r\n"u8];
    }

    public override string ToString()
    {
        var body = Body is null ? "" : Encoding.UTF8.GetString(Body);
        var headers = string.Concat(Headers.Select(header => $" [{header.Name}: {header.Value}]"));
        return $"{Method} {Shorten(Target)}{Shorten(headers)} {Shorten(body)}";
    }

    private static string Shorten(string text) => text.Length <= MaxShownLength ? text : $"{text[..MaxShownLength]}…";
}
