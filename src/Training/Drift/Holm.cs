namespace Velodrome.Training.Drift;

/// <summary>
/// Holm's correction for several tests at once (Holm 1979): if nothing has changed, the probability that any adjusted p-value is at most
/// some level is at most that level.
/// </summary>
public static class Holm
{
    /// <summary>Adjusts p-values.</summary>
    /// <param name="pValues">[tests], from 0 to 1.</param>
    /// <returns>[tests], in the same order; at least the p-value, and at most 1.</returns>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        var adjusted = new double[pValues.Count];
        var largest = 0.0;
        foreach (var (rank, test) in Enumerable.Range(0, pValues.Count).OrderBy(test => pValues[test]).Index())
        {
            largest = Math.Max(largest, Math.Min(1, (pValues.Count - rank) * pValues[test]));
            adjusted[test] = largest;
        }

        return adjusted;
    }
}
