using Velodrome.Training.Drift;
using Velodrome.Training.Random;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Drift;

public class TableDriftTests
{
    [Fact]
    public void A_column_that_moved_comes_first_with_a_sentence()
    {
        var table = new Table([
            new NumberColumn("still", [.. Numbers(1, 200, 0), .. Numbers(2, 100, 0)]),
            new NumberColumn("age", [.. Enumerable.Range(1, 200).Concat(Enumerable.Range(101, 100))]),
        ]);

        var columns = TableDrift.Compare(table, 200);

        Assert.Equal(["age", "still"], columns.Select(column => column.Name));
        Assert.Equal((true, false), (columns[0].HasMoved, columns[1].HasMoved));
        Assert.Equal(
            "'age' moved up: its median is 150.5, and 100.5 before. 0% of the rows are at most 100, and 50% before.", columns[0].Sentence);
        Assert.Null(columns[1].Sentence);
        Assert.Equal(0.5, columns[0].Values!.EffectSize, 12);
        Assert.Equal((100.5, 150.5), (columns[0].First.Median, columns[0].Second.Mean));
    }

    [Fact]
    public void Levels_and_their_shares_are_compared()
    {
        string?[] texts = [
            .. Enumerable.Repeat("Bonn", 50), .. Enumerable.Repeat("Köln", 40), .. Enumerable.Repeat("Trier", 10),
            .. Enumerable.Repeat("Bonn", 10), .. Enumerable.Repeat("Köln", 40), .. Enumerable.Repeat("Ulm", 30), null];

        var column = TableDrift.Compare(new([CategoryColumn.FromTexts("city", texts)]), 100).Single();

        Assert.True(column.HasMoved);
        Assert.Equal("'city' moved most at 'Bonn': 12.5% of the rows have it, and 50% before.", column.Sentence);
        Assert.Equal((1, 30), (column.NewLevels!.Count, column.NewLevels.Rows));
        Assert.Equal(["Ulm", "Trier"], column.NewLevels.Examples.Concat(column.GoneLevels!.Examples));
        Assert.Equal([new LevelRows("Köln", 40), new("Ulm", 30), new("Bonn", 10)], column.Second.Levels!);
        Assert.Equal((81, 1), (column.Second.Rows, column.Second.Missing));
        Assert.Null(column.Missing); // one cell is too few to test
    }

    [Fact]
    public void A_column_with_more_texts_than_a_table_keeps_is_not_compared()
    {
        string?[] texts = [.. Enumerable.Range(0, 6_000).Select(i => $"a{i}"), .. Enumerable.Range(0, 6_000).Select(i => $"b{i}")];

        var ids = TableDrift.Compare(new([CategoryColumn.FromTexts("id", texts)]), 6_000).Single();
        Assert.False(ids.HasMoved);
        Assert.Equal((null, null, null, null), (ids.Values, ids.NewLevels, ids.GoneLevels, ids.StabilityIndex));

        texts.AsSpan(6_000, 3_000).Clear();
        var halfMissing = TableDrift.Compare(new([CategoryColumn.FromTexts("id", [.. texts, .. texts[..3_000]])]), 6_000).Single();
        Assert.Equal((6_000, 3_000), (halfMissing.Second.Rows - 3_000, halfMissing.Second.Missing));
        Assert.True(halfMissing.Missing!.HasMoved);
    }

    [Fact]
    public void Ids_have_no_stability_index()
    {
        string?[] texts = [.. Enumerable.Range(0, 400).Select(i => $"a{i}")];

        Assert.Null(TableDrift.Compare(new([CategoryColumn.FromTexts("id", texts)]), 200).Single().StabilityIndex);
    }

    [Fact]
    public void Booleans_and_missing_values_are_compared()
    {
        double[] values = [
            .. Enumerable.Range(0, 100).Select(i => i % 2), .. Enumerable.Range(0, 100).Select(i => i < 40 ? double.NaN : i % 2)];

        var column = TableDrift.Compare(new([new NumberColumn("garden", values.ToArray(), ColumnKind.Boolean)]), 100).Single();

        Assert.False(column.Values!.HasMoved);
        Assert.True(column.Missing!.HasMoved);
        Assert.Equal("'garden' is missing in 40% of the rows, and in 0% before.", column.Sentence);
        Assert.Equal([new LevelRows("false", 50), new("true", 50)], column.First.Levels!);
    }

    [Fact]
    public void Columns_without_values_have_nothing_to_test()
    {
        var columns = TableDrift.Compare(new([
            new NumberColumn("none", [double.NaN, double.NaN, double.NaN]),
            new NumberColumn("once", [1, double.NaN, double.NaN]),
            CategoryColumn.FromTexts("text", [null, null, "x"]),
        ]), 2);

        Assert.All(columns, column => Assert.Null(column.Values));
        Assert.All(columns, column => Assert.False(column.HasMoved));
    }

    [Fact] // 200,000 rows each: p is tiny, and D is 0.02
    public void A_difference_that_is_certain_and_small_is_no_move()
    {
        var column = TableDrift.Compare(new([new NumberColumn("x", [.. Numbers(1, 200_000, 0), .. Numbers(2, 200_000, 0.05)])]), 200_000)
            .Single();

        Assert.True(column.Values!.AdjustedPValue < 1e-6);
        Assert.InRange(column.Values.EffectSize, 0.01, 0.05);
        Assert.False(column.HasMoved);
    }

    [Fact]
    public void A_difference_that_is_large_and_may_be_chance_is_no_move()
    {
        var column = TableDrift.Compare(new([new NumberColumn("x", [1, 2, 3, 4, 5, 6, 2.5, 7, 8])]), 6).Single();

        Assert.True(column.Values!.EffectSize > Difference.MinEffectSize);
        Assert.False(column.HasMoved);
    }

    [Fact] // 500 comparisons of 5 columns from one distribution: at most 0.01 of them may find a move, which is 5 on average
    public void Without_a_change_few_comparisons_find_one()
    {
        var found = Enumerable.Range(0, 500).Count(seed =>
        {
            var random = new RandomStream(seed, RandomPurpose.Split);
            var columns = Enumerable.Range(0, 4).Select(name => (Column)new NumberColumn(
                $"x{name}", [.. Enumerable.Range(0, 120).Select(_ => random.NextGaussian())]));
            var texts = CategoryColumn.FromTexts(
                "c", [.. Enumerable.Range(0, 120).Select(_ => $"{(int)(3 * Math.Abs(random.NextGaussian()))}")]);
            return TableDrift.Compare(new([.. columns, texts]), 80).Any(column => column.HasMoved);
        });

        Assert.InRange(found, 0, 13);
    }

    [Fact]
    public void The_table_is_not_changed_and_both_samples_need_rows()
    {
        double[] numbers = [3, 1, 2, double.NaN];
        var table = new Table([new NumberColumn("x", numbers)]);

        TableDrift.Compare(table, 2);

        Assert.Equal([3, 1, 2, double.NaN], numbers);
        Assert.Throws<ArgumentOutOfRangeException>(() => TableDrift.Compare(table, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => TableDrift.Compare(table, 0));
    }

    private static double[] Numbers(int seed, int count, double shift)
    {
        var random = new RandomStream(seed, RandomPurpose.Split);
        return [.. Enumerable.Range(0, count).Select(_ => shift + random.NextGaussian())];
    }
}
