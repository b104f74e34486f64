using Velodrome.Training.Encoding;
using Velodrome.Training.Random;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public sealed class TargetSplitsTests
{
    private const int Rows = 1000;

    [Fact]
    public void A_number_that_jumps_is_split_in_the_middle_of_the_jump()
    {
        var thresholds = Find(row => row, row => row < 250 ? 1 : row < 700 ? 5 : 2);

        AssertNear([249.5, 699.5], thresholds);
    }

    [Fact]
    public void A_class_that_changes_is_split_even_where_few_rows_are()
    {
        // 1 % of the rows beyond the threshold, in a range a hundred times as wide as that of the others.
        var thresholds = Find(row => row < 990 ? row / 990.0 : row - 900, row => row < 990 ? "no" : "yes");

        var threshold = Assert.Single(thresholds);
        Assert.InRange(threshold, 0.99, 90);
    }

    [Fact]
    public void A_column_of_noise_has_no_split()
    {
        var random = new RandomStream(3, RandomPurpose.RowOrder);
        double[] noise = [.. Enumerable.Range(0, Rows).Select(_ => random.NextGaussian())];

        Assert.Empty(Find(row => row * 7919 % Rows, row => noise[row]));
    }

    [Fact]
    public void Missing_cells_and_other_rows_have_no_part()
    {
        double[] values = [.. Enumerable.Range(0, Rows).Select(row => row % 10 == 0 ? double.NaN : row)];
        double[] targets = [.. Enumerable.Range(0, Rows).Select(row => row % 10 == 0 ? 1000.0 * row : row < 500 ? 0 : row < 800 ? 1 : -50)];
        int[] rows = [.. Enumerable.Range(0, 800)];

        AssertNear([499.5], Find(new NumberColumn("x", values), new NumberColumn("y", targets), rows));
    }

    [Fact]
    public void A_split_leaves_five_rows_on_either_side() =>
        Assert.All(Find(row => row, row => row is < 2 or > 997 ? 100.0 : 0), threshold => Assert.InRange(threshold, 4, 995));

    [Fact]
    public void There_are_at_most_seven()
    {
        var thresholds = Find(row => row, row => Math.Floor(row / 50.0));

        Assert.Equal(7, thresholds.Count);
        Assert.Equal(thresholds.Order(), thresholds);
    }

    [Fact]
    public void The_thresholds_are_bounds_of_a_piecewise_encoding()
    {
        var target = new NumberColumn("y", [.. Enumerable.Range(0, Rows).Select(row => row < 333 ? 1.0 : 9)]);
        var table = new Table([Column(row => row), target]);

        var encoder = Encoder.Fit(
            table, ["x"], "y", LearningTask.Regression, Sample.Indices(Rows), new() { Numbers = NumberInputs.Piecewise, Bins = 2 });

        var bounds = ((NumberEncoding)encoder.Features[0]).Pieces!.Bounds;
        Assert.Equal([0, 499, 999], bounds.Where((_, i) => i != 1));
        Assert.InRange(bounds[1], 330, 336);
    }

    private static void AssertNear(double[] expected, IReadOnlyList<double> thresholds)
    {
        Assert.Equal(expected.Length, thresholds.Count);
        Assert.All(expected.Zip(thresholds), pair => Assert.InRange(pair.Second, pair.First - 4, pair.First + 4)); // a group has 4 rows
    }

    private static List<double> Find(Func<int, double> value, Func<int, double> target) =>
        Find(Column(value), new NumberColumn("y", [.. Enumerable.Range(0, Rows).Select(target)]), Sample.Indices(Rows));

    private static List<double> Find(Func<int, double> value, Func<int, string> target) =>
        Find(Column(value), CategoryColumn.FromTexts("y", [.. Enumerable.Range(0, Rows).Select(target)]), Sample.Indices(Rows));

    private static NumberColumn Column(Func<int, double> value) => new("x", [.. Enumerable.Range(0, Rows).Select(value)]);

    private static List<double> Find(NumberColumn column, Column target, int[] rows)
    {
        TargetEncoding encoding = target is NumberColumn numbers ? NumberTarget.Fit(numbers, rows) : ClassTarget.Fit(target, rows);
        double[] sorted = [.. rows.Select(row => column.Values[row]).Where(value => !double.IsNaN(value)).Order()];
        return TargetSplits.Find(column, rows, sorted, new TrainingTargets(encoding, target, rows));
    }
}
