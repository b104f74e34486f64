namespace Velodrome.Training.Evaluation;

/// <summary>
/// Measures how far a model's confidence is from its accuracy (of rows with 80% confidence, 80% should be right): the expected calibration
/// error of the predicted class (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017, equation 3).
/// </summary>
public static class CalibrationError
{
    /// <summary>Number of bins of equal width over (0, 1]; a bin includes its upper edge.</summary>
    public const int Bins = 15;

    /// <summary>Computes the error.</summary>
    /// <param name="confidences">[rows]: probability of the predicted class.</param>
    /// <param name="correct">[rows]: whether the prediction was right.</param>
    /// <returns>Mean over the rows of |accuracy - mean confidence| of the row's bin; 0 to 1.</returns>
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
