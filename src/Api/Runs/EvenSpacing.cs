namespace Velodrome.Api.Runs;

/// <summary>Chooses some elements of a long list.</summary>
internal static class EvenSpacing
{
    /// <summary>Returns evenly spaced indices, among them the first and the last; all indices if the list is short enough.</summary>
    /// <param name="count">The length of the list.</param>
    /// <param name="max">The most indices to return, at least 2.</param>
    public static IEnumerable<int> Indices(int count, int max) => count <= max
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, max).Select(point => (int)((long)point * (count - 1) / (max - 1)));
}
