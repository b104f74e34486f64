using System.Text.Json;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public class EncoderTests
{
    private static readonly int[] TrainRows = [0, 1, 2, 3, 4, 5];
    private static readonly int[] ValidationRows = [6, 7, 8];

    /// <summary>Six training rows and three validation rows, in a table with every kind of column and gaps.</summary>
    private static Table TableWith(double[] numbers, double[] flags, string?[] colours, double[] targets) => new([
        new NumberColumn("size", [1, 2, double.NaN, 4, 7, 9, .. numbers]),
        new NumberColumn("sold", [1, 0, 1, 1, 0, 1, .. flags], ColumnKind.Boolean),
        CategoryColumn.FromTexts("colour", ["red", "blue", "blue", "red", null, "green", .. colours]),
        new NumberColumn("price", [10, 20, 30, 40, 50, 60, .. targets])]);

    /// <summary>A table whose validation rows are like the training rows.</summary>
    private static Table Plain => TableWith([3, 4, 5], [0, 1, 0], ["red", "blue", "red"], [15, 25, 35]);

    /// <summary>A table with the same training rows, and validation rows with extreme, missing and unknown values.</summary>
    private static Table Extreme =>
        TableWith([1e30, double.NaN, -1e9], [double.NaN, double.NaN, 1], ["zebra", "zebra", null], [-1e20, 1e20, 0]);

    private static Encoder Fit(Table table, int[]? rows = null) =>
        Encoder.Fit(table, ["size", "sold", "colour"], "price", LearningTask.Regression, rows ?? TrainRows);

    [Fact]
    public void Nothing_about_the_validation_rows_leaks_into_training()
    {
        var (plain, extreme) = (Fit(Plain), Fit(Extreme));

        Assert.Equal(JsonSerializer.Serialize(plain), JsonSerializer.Serialize(extreme));
        Assert.Equal(plain.Encode(Plain, TrainRows).Features, extreme.Encode(Extreme, TrainRows).Features);
        Assert.Equal(plain.Encode(Plain, TrainRows).Targets, extreme.Encode(Extreme, TrainRows).Targets);
        Assert.NotEqual(plain.EncodeFeatures(Plain, ValidationRows), extreme.EncodeFeatures(Extreme, ValidationRows));
    }

    [Fact]
    public void The_order_of_the_training_rows_does_not_matter()
    {
        int[] reversed = [.. TrainRows.Reverse()];

        Assert.Equal(JsonSerializer.Serialize(Fit(Plain)), JsonSerializer.Serialize(Fit(Plain, reversed)));
    }

    [Fact]
    public void Features_are_in_the_requested_order()
    {
        var encoder = Fit(Plain);

        // size and its indicator, sold, blue, red, other
        Assert.Equal([2, 1, 3], encoder.Features.Select(feature => feature.Width));
        Assert.Equal(6, encoder.Width);

        // size: 1, 2, 4, 7, 9 with mean 4.6 and variance 9.04; row 2 has none and gets the median 4. sold: mean 2/3, deviation √2/3.
        var features = encoder.EncodeFeatures(Plain, [2, 4]);
        float[] expected =
        [
            (float)(-0.6 / Math.Sqrt(9.04)), 1, (float)(1 / Math.Sqrt(2)), 1, 0, 0,
            (float)(2.4 / Math.Sqrt(9.04)), 0, (float)-Math.Sqrt(2), 0, 0, 1,
        ];
        Assert.Equal(expected.Length, features.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], features[i], 1e-6f);
        }
    }

    [Fact]
    public void Rows_and_targets_are_in_the_requested_order()
    {
        var rows = Fit(Plain).Encode(Plain, [5, 0]);

        Assert.Equal((2, 6), (rows.Rows, rows.Width));
        Assert.Equal(Fit(Plain).EncodeFeatures(Plain, [0]), rows.Features[6..]);
        Assert.Equal(1.4638501f, rows.Targets[0], 1e-6f);       // (60 - 35) / √(1750 / 6)
        Assert.Equal(-1.4638501f, rows.Targets[1], 1e-6f);
    }

    [Fact]
    public void Each_row_gets_the_weight_of_its_class_and_a_row_of_an_unseen_class_gets_1()
    {
        // Training rows: red, blue, blue, red, and green.
        var encoder = Encoder.Fit(Plain, ["size", "sold"], "colour", LearningTask.Multiclass, [0, 1, 2, 3, 5]);
        Assert.Equal(["blue", "green", "red"], ((ClassTarget)encoder.Target).Classes);

        var rows = encoder.Encode(Extreme, [0, 5, 6, 1], classWeights: [0.5f, 3, 2]);

        Assert.Equal([2, 1, -1, 0], rows.Targets);
        Assert.Equal([2, 3, 1, 0.5f], rows.Weights!);
        Assert.Equal([2, 3, 1, 0.5f], Enumerable.Range(0, 4).Select(rows.WeightOf));
        Assert.Equal(encoder.EncodeFeatures(Extreme, [0, 5, 6, 1]), rows.Features);
        Assert.Null(encoder.Encode(Plain, [0, 1]).Weights);
        Assert.Equal(1, encoder.Encode(Plain, [0, 1]).WeightOf(1));
    }

    [Fact]
    public void Targets_encoded_alone_equal_those_of_whole_rows()
    {
        var (whole, alone) = (Fit(Plain).Encode(Plain, [4, 2, 2]), Fit(Plain).EncodeTargets(Plain, [4, 2, 2]));

        Assert.Equal(whole.Targets, alone.Targets);
        Assert.Equal((3, 0), (alone.Rows, alone.Width));
        Assert.Empty(alone.Features);
    }

    [Fact]
    public void Columns_are_found_by_name_in_a_table_with_another_order()
    {
        var reordered = new Table([.. Plain.Columns.Reverse()]);

        Assert.Equal(Fit(Plain).EncodeFeatures(Plain, ValidationRows), Fit(Plain).EncodeFeatures(reordered, ValidationRows));
    }

    [Fact]
    public void Many_rows_are_encoded_like_each_of_them_alone()
    {
        // Enough rows to be divided among processors; an odd number, in random order.
        var rows = Sample.Indices(50_001);
        var numbers = Array.ConvertAll(Sample.Numbers(rows.Length, seed: 1), number => number < -0.8 ? double.NaN : number);
        Column[] columns =
        [
            new NumberColumn("size", numbers),
            CategoryColumn.FromTexts("colour", [.. rows.Select(row => row % 7 == 0 ? null : $"{row % 5}")]),
        ];
        var table = new Table([.. columns, new NumberColumn("price", [.. rows.Select(row => (double)row)])]);
        new System.Random(1).Shuffle(rows);

        var encoder = Encoder.Fit(table, ["size", "colour"], "price", LearningTask.Regression, rows);
        var features = encoder.EncodeFeatures(table, rows);

        Assert.Equal(
            columns.Select(column => JsonSerializer.Serialize(FeatureEncoding.Fit(column, rows))),
            encoder.Features.Select(feature => JsonSerializer.Serialize(feature)));
        Assert.Equal(rows.SelectMany(row => encoder.EncodeFeatures(table, [row])), features);
    }

    [Fact]
    public void Features_that_result_in_no_input_are_refused()
    {
        var fault = Sample.Refusal(() => Encoder.Fit(Plain, [], "price", LearningTask.Regression, TrainRows));

        Assert.Equal(("noUsableFeature", "features"), (fault.Code, fault.Field));
    }
}
