using System.Buffers.Binary;
using System.Buffers.Text;
using Velodrome.Training;

namespace Velodrome.Api.Http;

/// <summary>Where a page ended: the key of its last item, opaque so that nobody builds on what it is.</summary>
internal static class PageToken
{
    public static string Write(long lastKey)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, lastKey);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>The key, or null without a token.</returns>
    /// <exception cref="RefusedException"><c>invalidPageToken</c>.</exception>
    public static long? Read(string? token)
    {
        if (token is null)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[sizeof(long)];
        return Base64Url.IsValid(token, out var length) && length == bytes.Length && Base64Url.TryDecodeFromChars(token, bytes, out _)
            ? BinaryPrimitives.ReadInt64BigEndian(bytes)
            : throw new RefusedException("invalidPageToken", "pageToken", $"\"{token}\" is no page token. Send the nextPageToken of the page before, or leave it out for the first page.");
    }
}
