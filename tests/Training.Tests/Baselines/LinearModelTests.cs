using Velodrome.Training.Baselines;
using Velodrome.Training.Random;

namespace Velodrome.Training.Tests.Baselines;

/// <summary>Expected numbers come from scikit-learn 1.2.1 with NumPy 1.24.2, on the same single-precision inputs.</summary>
public class LinearModelTests
{
    private static readonly float[][] Numbers =
    [
        [-1.5f, .2f], [-1f, 1.3f], [-.5f, -.7f], [-.2f, .4f], [.1f, -1.6f],
        [.3f, .9f], [.6f, -.3f], [.8f, 1.8f], [1.1f, -1.1f], [1.6f, .5f],
    ];

    private static readonly float[] Targets = [1.2f, -.3f, 2.9f, 1.4f, 4.1f, .2f, 3.3f, -1f, 5.2f, 2.8f];

    private static readonly float[] Plain = [.. Numbers.SelectMany(row => row)];

    /// <summary>Makes the same rows with a one-hot category of three levels, whose inputs sum to the intercept's.</summary>
    private static readonly float[] OneHot =
        [.. Numbers.SelectMany((row, i) => (float[])[.. row, i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 3 == 2 ? 1 : 0])];

    [Fact]
    public void Least_squares_agrees_with_LinearRegression() => AssertClose(
        [0.86754568, -0.68762491, 3.01369445],
        LinearModel.FitRegression(Plain, 10, 2, Targets).Outputs(Plain, 10)[..3], 1e-6);

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.5, 5)]
    [InlineData(0.85, 9)]
    public void The_linear_model_of_a_quantile_is_moved_up_or_down_until_the_share_of_the_rows_is_below_it(double quantile, int below)
    {
        var plain = LinearModel.FitRegression(Plain, 10, 2, Targets).Outputs(Plain, 10);
        var moved = LinearModel.FitQuantile(Plain, 10, 2, Targets, quantile).Outputs(Plain, 10);

        var shift = moved[0] - plain[0];
        Assert.All(moved.Zip(plain), pair => Assert.Equal(shift, pair.First - pair.Second, 1e-5));
        Assert.Equal(below, moved.Zip(Targets).Count(pair => pair.Second <= pair.First + 1e-5));
    }

    [Fact]
    public void A_row_of_weight_2_counts_twice()
    {
        float[] weights = [1, 2, 1, 1, 0, 1, 1, 3, 1, 1];
        int[] repeated = [0, 1, 1, 2, 3, 5, 6, 7, 7, 7, 8, 9];
        int[] classes = [0, 2, 1, 0, 1, 2, 1, 2, 1, 0];
        float[] rows = [.. repeated.SelectMany(row => Numbers[row])];
        float[] targets = [.. repeated.Select(row => Targets[row])];
        int[] classesOfRows = [.. repeated.Select(row => classes[row])];

        AssertClose(
            Outputs(LinearModel.FitRegression(rows, 12, 2, targets)),
            LinearModel.FitRegression(Plain, 10, 2, Targets, weights).Outputs(Plain, 10), 1e-5);
        AssertClose(
            Outputs(LinearModel.FitQuantile(rows, 12, 2, targets, 0.7)),
            LinearModel.FitQuantile(Plain, 10, 2, Targets, 0.7, weights).Outputs(Plain, 10), 1e-5);
        AssertClose(
            Outputs(LinearModel.FitClasses(rows, 12, 2, classesOfRows, 3)),
            LinearModel.FitClasses(Plain, 10, 2, classes, 3, weights).Outputs(Plain, 10), 1e-3);

        static double[] Outputs(LinearModel model) => Array.ConvertAll(model.Outputs(Plain, 10), output => (double)output);
    }

    [Fact]
    public void Inputs_that_determine_each_other_are_fitted() => AssertClose(
        [1.19190472, -0.99073468, 2.95230741, 1.64356782, 4.52953492, 0.75778812, 3.29939903, -0.73880035, 4.58990437, 2.56512835],
        LinearModel.FitRegression(OneHot, 10, 5, Targets).Outputs(OneHot, 10), 1e-6);

    [Fact]
    public void Three_classes_agree_with_the_multinomial_LogisticRegression() => AssertClose(
        [
            0.88583816, -0.30852917, -0.577309,
            -0.07446688, -1.29671257, 1.37117945,
            -0.53861896, 1.20237905, -0.66376008,
            0.77339615, -0.30037093, -0.47302521,
            -0.73816128, 2.14141052, -1.40324924,
            -0.33422553, -0.44371384, 0.77793937,
            0.55173245, 0.62480127, -1.17653372,
            -0.18883256, -1.53480347, 1.72363603,
            -0.79670413, 1.9347821, -1.13807797,
            0.58493357, -0.09128528, -0.49364829,
        ],
        LinearModel.FitClasses(OneHot, 10, 5, [0, 2, 1, 0, 1, 2, 1, 2, 1, 0], 3).Outputs(OneHot, 10), 1e-3);

    [Fact]
    public void Two_classes_agree_with_the_binary_LogisticRegression()
    {
        var scores = LinearModel.FitClasses(Plain, 10, 2, [0, 0, 1, 0, 1, 0, 1, 0, 1, 1], 2).Outputs(Plain, 10);

        AssertClose(
            [-1.38482849, -2.39674627, 0.59680406, -0.57886471, 2.2509348, -0.81553058, 0.98059966, -1.56903109, 2.42364624, 0.7656851],
            [.. scores.Chunk(2).Select(pair => pair[1] - pair[0])], 1e-3);
    }

    [Fact]
    public void Every_row_of_a_long_table_counts()
    {
        var random = new RandomStream(1, RandomPurpose.Split);
        float[] features = [.. Enumerable.Range(0, 3 * 1_000).Select(_ => (float)random.NextGaussian())];
        float[] targets = [.. features.Chunk(3).Select(row => 4 + row[0] - 2 * row[1] + 0.5f * row[2])];
        targets[^1] += 100; // moves the fit by about 100 / 1,000

        var outputs = LinearModel.FitRegression(features, 1_000, 3, targets).Outputs(features, 1_000);

        Assert.Equal(targets.Average(), outputs.Average(), 1e-4); // residuals of a fit with an intercept sum to zero
        Assert.InRange(Math.Abs(outputs[0] - targets[0]), 1e-3, 0.5);
    }

    [Fact]
    public void Linearly_separable_classes_get_finite_scores()
    {
        float[] features = [.. Enumerable.Range(-50, 100).Select(x => x + 0.5f)];
        int[] classes = [.. features.Select(x => x > 0 ? 1 : 0)];

        var scores = LinearModel.FitClasses(features, 100, 1, classes, 2).Outputs(features, 100);

        Assert.All(scores, score => Assert.True(float.IsFinite(score)));
        Assert.Equal(classes, scores.Chunk(2).Select(pair => pair[1] > pair[0] ? 1 : 0));
    }

    [Fact]
    public void Lengths_that_do_not_match_are_refused()
    {
        Assert.Throws<ArgumentException>(() => LinearModel.FitRegression(Plain, 10, 3, Targets));
        Assert.Throws<ArgumentException>(() => LinearModel.FitClasses(Plain, 10, 2, [0, 1], 2));
    }

    private static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
