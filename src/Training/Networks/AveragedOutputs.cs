namespace Velodrome.Training.Networks;

/// <summary>The outputs of several networks for the same rows, averaged to those of one model.</summary>
public static class AveragedOutputs
{
    /// <summary>Averages values, or the probabilities of classes.</summary>
    /// <param name="ofNetworks">For each network its raw outputs, row-major [rows, outputs]. They are not changed.</param>
    /// <param name="areClassScores">Whether the outputs are scores of classes rather than values.</param>
    /// <param name="outputs">Outputs per row.</param>
    /// <returns>Row-major [rows, outputs]: mean values, or the logarithms of mean probabilities, which are class scores too. The outputs
    /// of a single network are returned as they are.</returns>
    public static float[] Of(IReadOnlyList<float[]> ofNetworks, bool areClassScores, int outputs)
    {
        if (ofNetworks.Count == 1)
        {
            return ofNetworks[0];
        }

        var averages = new float[ofNetworks[0].Length];
        if (areClassScores)
        {
            AverageProbabilities(ofNetworks, averages, outputs);
        }
        else
        {
            AverageValues(ofNetworks, averages);
        }

        return averages;
    }

    private static void AverageValues(IReadOnlyList<float[]> ofNetworks, float[] averages)
    {
        for (var i = 0; i < averages.Length; i++)
        {
            var sum = 0.0;
            foreach (var values in ofNetworks)
            {
                sum += values[i];
            }

            averages[i] = (float)(sum / ofNetworks.Count);
        }
    }

    private static void AverageProbabilities(IReadOnlyList<float[]> ofNetworks, float[] averages, int classes)
    {
        Span<double> sums = new double[classes];
        for (var start = 0; start < averages.Length; start += classes)
        {
            sums.Clear();
            foreach (var scores in ofNetworks)
            {
                var ofRow = scores.AsSpan(start, classes);
                var normaliser = Softmax.LogSumOfExponentials(ofRow);
                for (var i = 0; i < classes; i++)
                {
                    sums[i] += Math.Exp(ofRow[i] - normaliser);
                }
            }

            for (var i = 0; i < classes; i++)
            {
                // A probability of 0 would have no finite logarithm. That of NaN is NaN: training then ends as diverged.
                averages[start + i] = (float)Math.Log(Math.Max(sums[i] / ofNetworks.Count, double.Epsilon));
            }
        }
    }
}
