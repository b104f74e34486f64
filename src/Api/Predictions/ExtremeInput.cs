using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Numbers that a network cannot compute with, because it computes in single precision.</summary>
internal static class ExtremeInput
{
    /// <returns>The end of a sentence that has begun with the number; null if the network can compute with it.</returns>
    public static string? Describe(double value, NumberEncoding feature) =>
        !(Math.Abs(value) <= NumberColumn.Largest) ? $"which is too large; the largest number is {NumberColumn.Largest}."
        : feature.IsTooFar(value)
            ? $"which is too far from the training rows, whose values are {feature.Min:G6} to {feature.Max:G6}. " +
                "Send a number nearer to them."
            : null;
}
