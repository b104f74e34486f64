namespace Velodrome.Api.Runs;

/// <summary>Fewer points for a chart, without losing what a reader of curves looks for.</summary>
internal static class Downsampling
{
    /// <summary>Keeps the first and the last epoch, and of every stretch between them the one with the smallest validation loss.</summary>
    /// <param name="epochs">In order.</param>
    /// <param name="maxPoints">At least 3.</param>
    public static IReadOnlyList<EpochResponse> Thin(this IReadOnlyList<EpochResponse> epochs, int maxPoints)
    {
        if (epochs.Count <= maxPoints)
        {
            return epochs;
        }

        var (inner, stretches) = (epochs.Count - 2, maxPoints - 2);
        var kept = Enumerable.Range(0, stretches).Select(stretch => Enumerable
            .Range(1 + (int)((long)inner * stretch / stretches), (int)((long)inner * (stretch + 1) / stretches) - (int)((long)inner * stretch / stretches))
            .Select(at => epochs[at])
            .MinBy(epoch => epoch.ValidationLoss ?? double.PositiveInfinity)!);
        return [epochs[0], .. kept, epochs[^1]];
    }
}
