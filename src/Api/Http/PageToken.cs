using System.Buffers.Binary;
using System.Buffers.Text;
using Velodrome.Training;

namespace Velodrome.Api.Http;

/// <summary>The last item of a page. Its text is opaque, so that callers cannot depend on its content.</summary>
/// <param name="Id">The item's id.</param>
/// <param name="SortValue">The value that the list is sorted by before the id; null if it is sorted by id alone.</param>
internal readonly record struct PageToken(long Id, double? SortValue = null)
{
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + sizeof(double)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Id);
        BinaryPrimitives.WriteDoubleBigEndian(bytes[sizeof(long)..], SortValue ?? 0);
        return Base64Url.EncodeToString(bytes[..LengthOf(SortValue is not null)]);
    }

    /// <returns>The token, or null if the text is empty.</returns>
    /// <exception cref="RefusedException"><c>invalidPageToken</c>: the text is not a token of a list that is sorted this way.</exception>
    public static PageToken? Read(string? text, bool hasSortValue = false)
    {
        if (text is null)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[LengthOf(hasSortValue)];
        return Base64Url.IsValid(text, out var length) && length == bytes.Length && Base64Url.TryDecodeFromChars(text, bytes, out _)
            ? new(
                BinaryPrimitives.ReadInt64BigEndian(bytes),
                hasSortValue ? BinaryPrimitives.ReadDoubleBigEndian(bytes[sizeof(long)..]) : null)
            : throw new RefusedException("invalidPageToken", "pageToken",
                $"\"{text}\" is not a page token of this list. Send the nextPageToken of its previous page, or leave pageToken out.");
    }

    private static int LengthOf(bool hasSortValue) => hasSortValue ? sizeof(long) + sizeof(double) : sizeof(long);
}
