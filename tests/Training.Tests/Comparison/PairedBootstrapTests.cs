using Velodrome.Training.Comparison;
using Velodrome.Training.Random;

namespace Velodrome.Training.Tests.Comparison;

public class PairedBootstrapTests
{
    [Fact] // scipy.stats.bootstrap 1.10.1, method="percentile", 400,000 resamples: (-0.323, 1.603) and (-0.327, 1.602) with two seeds
    public void The_interval_agrees_with_scipy()
    {
        double[] losses = [.. Enumerable.Range(0, 40).Select(i => Math.Pow(1.5 + Math.Sin(i), 2))];
        double[] others = [.. Enumerable.Range(0, 40).Select(i => Math.Pow(1.3 + Math.Cos(2 * i), 2))];

        var difference = PairedBootstrap.Compare(losses, others, seed: 1, resamples: 100_000);

        Assert.Equal(0.6164638467219911, difference.Mean, 12);
        Assert.Equal(-0.325, difference.Low!.Value, 0.01);
        Assert.Equal(1.602, difference.High!.Value, 0.01);
        Assert.Equal(40, difference.Rows);
    }

    [Theory]
    [InlineData(50, 0.91, 0.97)]
    [InlineData(101, 0.92, 0.97)] // odd: the last row of a resample is drawn alone
    public void The_interval_contains_the_true_difference_as_often_as_it_says(int rows, double min, double max)
    {
        var covered = Enumerable.Range(0, 1_000).Count(seed =>
        {
            var random = new RandomStream(seed, RandomPurpose.Split);
            var (losses, others) = (new double[rows], new double[rows]);
            for (var row = 0; row < rows; row++)
            {
                var hard = random.NextGaussian();                                    // shared by both runs
                losses[row] = Math.Pow(hard + 0.3 * random.NextGaussian(), 2) + 0.1; // squared errors: skewed
                others[row] = Math.Pow(hard + 0.3 * random.NextGaussian(), 2);
            }

            var difference = PairedBootstrap.Compare(losses, others, seed, resamples: 300);
            return difference.Low <= 0.1 && 0.1 <= difference.High;
        });

        Assert.InRange(covered / 1_000.0, min, max);
    }

    [Fact]
    public void With_many_rows_the_limit_replaces_resampling_and_agrees_with_it()
    {
        const int Rows = PairedBootstrap.MaxResampledRows + 1;
        var random = new RandomStream(1, RandomPurpose.Split);
        double[] losses = [.. Enumerable.Range(0, Rows).Select(_ => Math.Exp(2.2 * random.NextGaussian()))]; // very skewed

        var difference = PairedBootstrap.Compare(losses, new double[Rows], seed: 1);

        var means = new double[2_000]; // resampled here, with other random numbers
        var independent = new System.Random(1);
        for (var draw = 0; draw < means.Length * Rows; draw++)
        {
            means[draw / Rows] += losses[independent.Next(Rows)] / Rows;
        }

        Array.Sort(means);
        var error = (means[1950] - means[49]) / 3.92;
        Assert.Equal(means[49], difference.Low!.Value, 0.12 * error);  // the quantile of 2,000 resamples is off by 0.06 of it
        Assert.Equal(means[1950], difference.High!.Value, 0.12 * error);
    }

    [Fact]
    public void Runs_that_differ_equally_in_every_row_have_an_interval_of_width_0()
    {
        Assert.Equal(new LossDifference(0, 0, 0, 20), PairedBootstrap.Compare(new double[20], new double[20], seed: 1));
        Assert.Equal(new LossDifference(5, 5, 5, 21), PairedBootstrap.Compare([.. Enumerable.Repeat(5.0, 21)], new double[21], seed: 1));
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] losses = [.. Enumerable.Range(0, 30).Select(i => Math.Sin(i))];

        Assert.Equal(PairedBootstrap.Compare(losses, new double[30], 7), PairedBootstrap.Compare(losses, new double[30], 7));
        Assert.NotEqual(PairedBootstrap.Compare(losses, new double[30], 7), PairedBootstrap.Compare(losses, new double[30], 8));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    public void Too_few_rows_have_no_interval(int rows, bool hasInterval)
    {
        var difference = PairedBootstrap.Compare([.. Enumerable.Range(0, rows).Select(i => (double)i)], new double[rows], 1);

        Assert.Equal((rows - 1) / 2.0, difference.Mean, 12);
        Assert.Equal((hasInterval, hasInterval), (difference.Low is not null, difference.High is not null));
    }

    [Fact]
    public void Different_or_missing_rows_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Compare([1, 2], [1], 1));
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Compare([], [], 1));
    }
}
