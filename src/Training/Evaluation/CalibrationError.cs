namespace Velodrome.Training.Evaluation;

/// <summary>
/// Whether a model that says 80% is right in 80 of 100 rows: the expected calibration error of the predicted class
/// (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017, equation 3).
/// </summary>
public static class CalibrationError
{
    /// <summary>Bins of equal width over (0, 1], each with its upper edge.</summary>
    public const int Bins = 15;

    /// <param name="confidences">[rows]: probability that was given to the predicted class.</param>
    /// <param name="correct">[rows]: whether the prediction was right.</param>
    /// <returns>Mean over the rows of |share right - mean confidence| of the row's bin; 0 to 1.</returns>
    public static double Compute(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> correct)
    {
        Span<double> surplus = stackalloc double[Bins];
        for (var row = 0; row < confidences.Length; row++)
        {
            var bin = Math.Clamp((int)Math.Ceiling(confidences[row] * Bins) - 1, 0, Bins - 1);
            surplus[bin] += confidences[row] - (correct[row] ? 1 : 0);
        }

        var sum = 0.0;
        foreach (var bin in surplus)
        {
            sum += Math.Abs(bin);
        }

        return sum / confidences.Length;
    }
}
