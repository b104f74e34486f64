using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public class CategoryEncodingTests
{
    [Fact]
    public void Frequent_levels_have_an_input_each_and_rare_missing_and_unseen_ones_share_the_last()
    {
        var encoding = Fit(["a", "b", "a", "c", "a", null, "b"]);

        Assert.Equal(["a", "b"], encoding.Levels);
        Assert.Equal(["c"], encoding.RareLevels);
        Assert.True(encoding.HasOther);
        Assert.Equal(["100", "010", "001", "001", "001"], Encode(encoding, ["a", "b", "c", null, "never seen"]));
    }

    [Fact]
    public void Without_rare_or_missing_levels_in_training_an_unknown_one_has_no_input()
    {
        var encoding = Fit(["a", "b", "b", "a"]);

        Assert.False(encoding.HasOther);
        Assert.Equal(["01", "10", "00", "00"], Encode(encoding, ["b", "a", "c", null]));
    }

    [Fact]
    public void Levels_are_ordered_by_frequency_then_by_name_whatever_their_row_order()
    {
        Assert.Equal(["c", "B", "a", "b"], Fit(["b", "a", "B", "c", "c", "c", "b", "a", "B"]).Levels);
        Assert.Equal(["c", "B", "a", "b"], Fit(["a", "B", "c", "b", "c", "B", "a", "b", "c"]).Levels);
    }

    [Theory]
    [InlineData(7, 1, false)]
    [InlineData(7, 2, true)]
    [InlineData(299, 2, true)]
    [InlineData(300, 2, false)]
    [InlineData(300, 3, true)]
    [InlineData(1000, 9, false)]
    [InlineData(1000, 10, true)]
    [InlineData(50_000, 10, true)]
    public void Which_levels_are_rare_depends_on_the_number_of_rows(int rows, int count, bool hasInput)
    {
        var encoding = Fit([.. Enumerable.Repeat("level", count), .. Enumerable.Repeat("rest", rows - count)]);

        Assert.Equal(hasInput, encoding.Levels.Contains("level"));
        Assert.Equal(!hasInput, encoding.HasOther);
    }

    [Fact]
    public void At_most_a_hundred_levels_have_an_input()
    {
        var encoding = Fit([.. Enumerable.Range(0, 103).SelectMany(level => Enumerable.Repeat($"{level:000}", level == 102 ? 3 : 2))]);

        Assert.Equal(["102", .. Enumerable.Range(0, 99).Select(level => $"{level:000}")], encoding.Levels);
        Assert.Equal(101, encoding.Width);
        Assert.Equal(["099", "100", "101"], encoding.RareLevels);
    }

    [Fact]
    public void A_column_without_a_frequent_level_has_no_input()
    {
        var encoding = Fit([null, null, null]);

        Assert.Empty(encoding.Levels);
        Assert.Equal(0, encoding.Width);
        Assert.Equal(["", ""], Encode(encoding, [null, "a value"]));
        Assert.Equal(0, Fit(["each", "its", "own", null]).Width);
    }

    [Fact]
    public void A_level_beyond_those_that_keep_their_text_is_rare()
    {
        var column = new CategoryColumn("colour", [0, 0, CategoryColumn.MaxLevels, 1, 1], ["a", "b"], distinct: 20_000);
        var encoding = CategoryEncoding.Fit(column, [0, 1, 2, 3, 4]);
        var features = new float[5 * 3];

        encoding.Encode(column, [0, 1, 2, 3, 4], features, stride: 3, offset: 0);

        Assert.Equal([1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0], features);
    }

    [Fact]
    public void Levels_that_only_other_rows_have_are_unknown_and_not_rare()
    {
        var column = CategoryColumn.FromTexts("colour", ["a", "a", "b", "zebra", "c"]);

        var encoding = CategoryEncoding.Fit(column, [0, 1, 2]);

        Assert.Equal(["a"], encoding.Levels);
        Assert.Equal(["b"], encoding.RareLevels);
    }

    [Fact]
    public void Levels_are_recognised_by_text_and_not_by_code()
    {
        // In the second table "b" comes first and has the code that "a" has in the first.
        Assert.Equal(["01", "10"], Encode(Fit(["a", "a", "b", "b"]), ["b", "a"]));
    }

    private static CategoryEncoding Fit(string?[] texts) =>
        CategoryEncoding.Fit(CategoryColumn.FromTexts("colour", texts), Sample.Indices(texts.Length));

    /// <summary>The inputs of every row as a string of zeros and ones; they are encoded into the middle of wider rows.</summary>
    private static string[] Encode(CategoryEncoding encoding, string?[] texts)
    {
        var stride = encoding.Width + 3;
        var features = new float[texts.Length * stride];
        encoding.Encode(CategoryColumn.FromTexts("colour", texts), Sample.Indices(texts.Length), features, stride, offset: 2);
        var rows = features.Chunk(stride).ToList();
        Assert.All(rows, row => Assert.Equal([0, 0, 0], [.. row[..2], row[^1]]));
        return [.. rows.Select(row => string.Concat(row[2..^1]))];
    }
}
