namespace Velodrome.Api.Http;

/// <summary>One page of a list.</summary>
/// <param name="Items">The items of this page.</param>
/// <param name="NextPageToken">Send it as pageToken to get the next page. Null on the last page.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextPageToken);

internal static class Page
{
    /// <summary>Makes a page of the first <paramref name="size"/> of the items found, with a token if there are more.</summary>
    /// <param name="found">The items after the previous page: up to <paramref name="size"/> + 1 of them.</param>
    /// <param name="size">The number of items on a page.</param>
    /// <param name="tokenOf">The token that continues after an item.</param>
    /// <param name="show">Converts an item to its response.</param>
    public static Page<TShown> Create<T, TShown>(IReadOnlyList<T> found, int size, Func<T, PageToken> tokenOf, Func<T, TShown> show) =>
        new([.. found.Take(size).Select(show)], found.Count > size ? tokenOf(found[size - 1]).ToString() : null);
}
