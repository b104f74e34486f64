namespace Velodrome.Training.Verdicts;

/// <summary>
/// Measures whether validation loss still fell at the end. Training progresses with the sum of the rates: the last fifth of the epochs is
/// the last fifth of that sum if the rate is constant, and about the last half of the epochs if it falls along a cosine. While the rate
/// falls, loss falls for another reason too: smaller steps scatter the weights less. So the loss is taken as
/// <c>c - progress · p + scatter · rate</c>, whose two slopes follow from three levels, and only the first one promises anything of more
/// epochs. If the rate is constant, its slope has no effect, and the difference of two levels is left.
/// </summary>
internal static class RecentImprovement
{
    private const int MinEpochs = 4;

    /// <param name="evidence">The evidence so far, with the lowest level.</param>
    /// <param name="losses">Validation loss of each epoch, from epoch 1.</param>
    /// <param name="rates">Learning rate of each epoch, from epoch 1.</param>
    /// <param name="noise">Epoch noise of the validation loss.</param>
    public static Evidence WithImprovement(this Evidence evidence, double[] losses, double[] rates, EpochNoise noise)
    {
        var (epochs, progress) = (losses.Length, new double[losses.Length]);
        for (var i = 0; i < epochs; i++)
        {
            progress[i] = (i > 0 ? progress[i - 1] : 0) + rates[i];
        }

        var recent = Math.Min(Math.Max(MinEpochs, CountBack(rates, epochs, progress[^1] / 5)), epochs / 2);
        var amount = rates.AsSpan(epochs - recent).ToArray().Sum();
        var before = Math.Clamp(CountBack(rates, epochs - recent, amount), Math.Min(MinEpochs, recent), epochs - recent);

        Level LevelOf(int from, int count) => new(
            EpochNoise.Median(losses.AsSpan(from, count)), EpochNoise.Median(progress.AsSpan(from, count)),
            EpochNoise.Median(rates.AsSpan(from, count)), noise.ErrorOfMedian(count));
        var (earlier, late) = (LevelOf(epochs - recent - before, before), LevelOf(epochs - recent, recent));
        var (first, second) = (LevelOf(epochs - recent, recent - recent / 2), LevelOf(epochs - recent / 2, recent / 2));
        var (scatter, scatterError) = ScatterPerRate(earlier, first, second, largest: evidence.LowestLevel!.Value / rates.Max());

        var slowdown = earlier.Rate - late.Rate;
        var share = amount / (late.Progress - earlier.Progress); // 1 if the rate is constant
        return evidence with
        {
            RecentEpochs = recent,
            EarlierEpochs = before,
            Improvement = share * (earlier.Loss - late.Loss - scatter * slowdown),
            ImprovementError = share * double.Hypot(double.Hypot(earlier.Error, late.Error), scatterError * slowdown),
            SmallerStepsFall = scatter * slowdown,
        };
    }

    /// <summary>The loss that a unit of the rate adds, and its standard error: at least 0, and at most what makes the steps of the largest
    /// rate add as much as the lowest level. 0 while the rate has not changed.</summary>
    private static (double Scatter, double Error) ScatterPerRate(Level one, Level two, Level three, double largest)
    {
        var (progress, nextProgress) = (two.Progress - one.Progress, three.Progress - two.Progress);
        var determinant = progress * (two.Rate - three.Rate) - nextProgress * (one.Rate - two.Rate);
        if (determinant == 0)
        {
            return (0, 0);
        }

        var scatter = (progress * (two.Loss - three.Loss) - nextProgress * (one.Loss - two.Loss)) / determinant;
        var error = double.Hypot(
            double.Hypot(nextProgress * one.Error, (progress + nextProgress) * two.Error), progress * three.Error) / determinant;
        return (Math.Clamp(scatter, 0, largest), Math.Min(Math.Abs(error), largest));
    }

    /// <summary>The largest number of epochs before <paramref name="end"/> whose rates sum to no more than this.</summary>
    private static int CountBack(double[] rates, int end, double sum)
    {
        var count = 0;
        for (sum *= 1 + 1e-9; count < end && (sum -= rates[end - 1 - count]) >= 0; count++)
        {
        }

        return count;
    }

    /// <summary>Medians of some epochs, and the standard error of that of the loss.</summary>
    private readonly record struct Level(double Loss, double Progress, double Rate, double Error);
}
