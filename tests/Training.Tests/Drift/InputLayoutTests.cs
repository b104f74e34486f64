using Velodrome.Training.Drift;
using Velodrome.Training.Encoding;
using Velodrome.Training.Random;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Drift;

/// <summary>Rows that are only counted are compared as the rows themselves would be.</summary>
public class InputLayoutTests
{
    private static readonly double[] Sizes = Numbers(1, 400, 0);

    [Fact]
    public void The_training_rows_do_not_differ_from_themselves()
    {
        var (encoder, table) = Fit();
        var layout = InputLayout.Of(encoder)!;

        var columns = layout.Compare(layout.Count(table));

        Assert.Equal(["built", "city", "garden", "size"], columns.Select(column => column.Name).Order());
        Assert.All(columns, column => Assert.Equal((false, 0.0), (column.HasMoved, column.EffectSize)));
        Assert.All(columns, column => Assert.Equal((400, 400), (column.First.Rows, column.Second.Rows)));
        Assert.All(columns, column => Assert.Equal(column.First.Missing, column.Second.Missing));
        Assert.Equal(0, columns.Single(column => column.Name == "size").OutsideTraining);
    }

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.5, true)]
    [InlineData(-2.0, true)]
    [InlineData(100.0, true)]
    public void D_is_that_of_the_values_up_to_the_width_of_a_bin(double shift, bool hasMoved)
    {
        var later = Numbers(2, 300, shift);
        double[] first = [.. Sizes.Order()];
        double[] second = [.. later.Order()];

        var column = Compare(new NumberColumn("size", later)).Single(column => column.Name == "size");

        var exact = KolmogorovSmirnov.Compare(first, second);
        Assert.InRange(column.Values!.Statistic, exact.Statistic - 1.0 / TrainingCounts.MaxBins, exact.Statistic + 1e-12);
        Assert.True(column.Values.PValue >= exact.PValue);
        Assert.Equal(hasMoved, column.HasMoved);
        Assert.Equal(later.Count(value => value < first[0] || value > first[^1]), column.OutsideTraining);
        Assert.Equal(Math.Clamp((second[149] + second[150]) / 2, first[0], first[^1]), column.Second.Median!.Value, 0.25);
    }

    [Fact]
    public void Levels_that_training_did_not_show_are_counted_without_their_names()
    {
        var column = Compare(CategoryColumn.FromTexts(
            "city", [.. Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? "Ulm" : i == 1 ? null : "Bonn")]))
            .Single(column => column.Name == "city");

        Assert.True(column.HasMoved);
        Assert.Equal(100, column.OutsideTraining);
        Assert.Equal((300, 1), (column.Second.Rows, column.Second.Missing));
        Assert.Equal([new LevelRows("Bonn", 199), new("(other levels)", 100)], column.Second.Levels!);
        Assert.Equal([new LevelRows("Köln", 300), new("Bonn", 99), new("(rare levels)", 1)], column.First.Levels!);
    }

    [Fact]
    public void Booleans_and_missing_numbers_are_counted()
    {
        var columns = Compare(
            new NumberColumn("garden", [.. Enumerable.Repeat(1.0, 300)], ColumnKind.Boolean),
            new NumberColumn("size", [.. Numbers(3, 300, 0).Select((value, i) => i < 150 ? double.NaN : value)]));

        var (garden, size) = (columns.Single(column => column.Name == "garden"), columns.Single(column => column.Name == "size"));
        Assert.Equal([new LevelRows("true", 300)], garden.Second.Levels!);
        Assert.True(garden.HasMoved);
        Assert.True(size.Missing!.HasMoved);
        Assert.Equal("'size' is missing in 50% of the rows, and in 0% in training.", size.Sentence);
    }

    [Fact]
    public void Counts_of_several_tables_add_up_to_those_of_all_rows()
    {
        var (encoder, _) = Fit();
        var layout = InputLayout.Of(encoder)!;
        var (first, second) = (Rows(Numbers(4, 30, 0.3)), Rows(Numbers(5, 50, -1)));
        var both = Rows([.. Numbers(4, 30, 0.3), .. Numbers(5, 50, -1)]);

        Assert.Equal(layout.Count(both), layout.Count(first).Zip(layout.Count(second), (left, right) => left + right));

        static Table Rows(double[] sizes) => new([
            new NumberColumn("size", sizes), CategoryColumn.FromTexts("city", [.. sizes.Select(size => size > 0 ? "Bonn" : "Ulm")]),
            new NumberColumn("garden", [.. sizes.Select(size => size > 1 ? 1.0 : 0)], ColumnKind.Boolean),
            new NumberColumn("built", [.. sizes.Select(size => size > 1 ? double.NaN : size)], ColumnKind.Date)]);
    }

    [Fact]
    public void Features_without_values_or_with_one_value_have_counts()
    {
        var table = new Table([
            new NumberColumn("none", [double.NaN, double.NaN, double.NaN]), new NumberColumn("one", [5, 5, 5]),
            new NumberColumn("y", [1, 2, 3])]);
        var layout = InputLayout.Of(Encoder.Fit(table, ["none", "one"], "y", LearningTask.Regression, [0, 1, 2]))!;

        var columns = layout.Compare(layout.Count(new([new NumberColumn("none", [1, 2]), new NumberColumn("one", [5, 6])])));

        Assert.Null(columns.Single(column => column.Name == "none").Values);
        Assert.Equal(1, columns.Single(column => column.Name == "one").OutsideTraining);
    }

    [Fact]
    public void Values_above_the_training_range_are_described_by_its_end()
    {
        var table = new Table([
            new NumberColumn("x", [.. Enumerable.Range(0, 100).Select(i => i % 10.0)]),
            new NumberColumn("y", [.. Enumerable.Range(0, 100).Select(i => (double)i)])]);
        var layout = InputLayout.Of(Encoder.Fit(table, ["x"], "y", LearningTask.Regression, [.. Enumerable.Range(0, 100)]))!;
        double[] asked = [.. Enumerable.Range(0, 100).Select(i => i % 10.0), .. Enumerable.Repeat(50.0, 100)];

        var column = layout.Compare(layout.Count(new([new NumberColumn("x", asked)]))).Single();

        Assert.Equal(
            "'x' moved up: its median is 9, and 4.5 in training. 50% of the rows are at most 9, and 100% in training.", column.Sentence);
        Assert.Equal((9.0, 100), (column.Second.Median, column.OutsideTraining));
    }

    [Fact]
    public void A_model_of_an_earlier_version_has_no_layout()
    {
        var (encoder, _) = Fit();

        Assert.Null(InputLayout.Of(encoder with { Features = [.. encoder.Features.Select(old => old with { TrainingCounts = null })] }));
    }

    private static IReadOnlyList<ColumnDrift> Compare(params Column[] columns)
    {
        var layout = InputLayout.Of(Fit().Encoder)!;
        return layout.Compare(layout.Count(WithRows(columns)));
    }

    /// <summary>These columns, and the others of training, all with the number of rows of the first.</summary>
    private static Table WithRows(params Column[] columns)
    {
        int[] rows = [.. Enumerable.Range(0, columns[0].Rows)];
        var others = Fit().Table.Columns.Where(column => columns.All(given => given.Name != column.Name)).Select(column => column switch
        {
            NumberColumn numbers => (Column)new NumberColumn(
                column.Name, [.. rows.Select(row => numbers.Values[row])], column.Kind),
            _ => CategoryColumn.FromTexts(column.Name, [.. rows.Select(column.TextAt)]),
        });
        return new([.. columns, .. others]);
    }

    private static (Encoder Encoder, Table Table) Fit()
    {
        var table = new Table([
            new NumberColumn("size", Sizes),
            CategoryColumn.FromTexts("city", [.. Enumerable.Range(0, 400).Select(i => i == 3 ? "Trier" : i % 4 == 3 ? "Bonn" : "Köln")]),
            new NumberColumn("garden", [.. Enumerable.Range(0, 400).Select(i => i % 2.0)], ColumnKind.Boolean),
            new NumberColumn("built", [.. Enumerable.Range(0, 400).Select(i => i % 9 == 0 ? double.NaN : 86_400.0 * i)], ColumnKind.Date),
            new NumberColumn("price", [.. Enumerable.Range(0, 400).Select(i => (double)i)]),
        ]);
        return (Encoder.Fit(table, ["size", "city", "garden", "built"], "price", LearningTask.Regression, [.. Enumerable.Range(0, 400)]),
            table);
    }

    private static double[] Numbers(int seed, int count, double shift)
    {
        var random = new RandomStream(seed, RandomPurpose.Split);
        return [.. Enumerable.Range(0, count).Select(_ => shift + random.NextGaussian())];
    }
}
