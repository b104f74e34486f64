namespace Velodrome.Api.Http;

/// <summary>A part of a long list.</summary>
/// <param name="Items">At most as many as were asked for.</param>
/// <param name="NextPageToken">Send it as pageToken for the next part; null on the last one.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextPageToken);

internal static class Page
{
    /// <param name="found">What comes after the page token: one more than a page holds, where there are more.</param>
    /// <param name="size">What a page holds.</param>
    /// <param name="key">What the list is ordered by.</param>
    /// <param name="show">An item as it is answered.</param>
    public static Page<TShown> Create<T, TShown>(IReadOnlyList<T> found, int size, Func<T, long> key, Func<T, TShown> show) =>
        new(found.Take(size).Select(show).ToList(), found.Count > size ? PageToken.Write(key(found[size - 1])) : null);
}
