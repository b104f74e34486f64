using System.Text;

namespace Velodrome.Fuzz.Requests;

/// <summary>A response as it came over the wire.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Headers">By name, in lower case. Of several headers of one name, the last.</param>
/// <param name="Body">The body, without the framing of chunks. Of a stream without end, its beginning.</param>
/// <param name="Time">From the first byte sent until the last received.</param>
public sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, TimeSpan Time)
{
    public string ContentType => Headers.GetValueOrDefault("content-type", "");

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether the server ends the connection after this response.</summary>
    public bool Closes => Headers.GetValueOrDefault("connection", "").Contains("close", StringComparison.OrdinalIgnoreCase);
}
