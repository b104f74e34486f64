using System.Text.Json;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public class ClassTargetTests
{
    [Fact]
    public void Classes_of_text_are_in_ordinal_order_whatever_their_row_order()
    {
        string[] texts = ["b", "ä", "B", "10", "9", "b", "a"];

        var target = Fit(CategoryColumn.FromTexts("sort", texts));

        Assert.Equal(["10", "9", "B", "a", "b", "ä"], target.Classes);
        Assert.Equal((6, ColumnKind.Category, "sort"), (target.Outputs, target.Kind, target.Name));
        Assert.Equal([4, 5, 2, 0, 1, 4, 3], Encode(target, CategoryColumn.FromTexts("sort", texts)));
        Assert.Equal(target.Classes, Fit(CategoryColumn.FromTexts("sort", [.. texts.Reverse()])).Classes);
    }

    [Fact]
    public void Numbers_are_ordered_by_value_and_named_in_invariant_form()
    {
        var column = new NumberColumn("stars", [10, -3, 2.5, 9, 1e21, 10]);

        var target = Fit(column);

        Assert.Equal(["-3", "2.5", "9", "10", "1E+21"], target.Classes);
        Assert.Equal(ColumnKind.Number, target.Kind);
        Assert.Equal([3, 0, 1, 2, 4, 3], Encode(target, column));
    }

    [Fact]
    public void False_comes_before_true()
    {
        var column = new NumberColumn("sold", [1, 0, 1], ColumnKind.Boolean);

        var target = Fit(column);

        Assert.Equal(["false", "true"], target.Classes);
        Assert.Equal(ColumnKind.Boolean, target.Kind);
        Assert.Equal([1, 0, 1], Encode(target, column));
        Assert.Equal("true", column.TextAt(2));
    }

    [Fact]
    public void Zero_and_minus_zero_are_one_class()
    {
        var column = new NumberColumn("sign", [-0.0, 1, 0]);

        var target = Fit(column);

        Assert.Equal(["0", "1"], target.Classes);
        Assert.Equal([0, 1, 0], Encode(target, column));
        Assert.Equal([0f, 1], target.Encode(column, [2, 1]));
    }

    [Fact]
    public void Only_values_of_training_rows_are_classes()
    {
        var column = CategoryColumn.FromTexts("sort", ["x", "b", "a", "b", "y", null]);
        var target = ClassTarget.Fit(column, [1, 2, 3]);

        Assert.Equal(["a", "b"], target.Classes);
        Assert.Equal([ClassTarget.Unseen, 1, 0, 1, ClassTarget.Unseen], target.Encode(column, [0, 1, 2, 3, 4]));
    }

    [Fact]
    public void Classes_are_recognised_by_text_and_not_by_code()
    {
        var target = Fit(CategoryColumn.FromTexts("sort", ["a", "b"]));

        // In the second table "b" comes first and has the code that "a" has in the first.
        Assert.Equal([1, ClassTarget.Unseen, 0], Encode(target, CategoryColumn.FromTexts("sort", ["b", "c", "a"])));
    }

    [Fact]
    public void A_class_has_at_most_200_characters()
    {
        static CategoryColumn Texts(int length) => CategoryColumn.FromTexts("note", ["a", new string('b', length)]);
        Assert.Equal(2, Fit(Texts(200)).Classes.Count);

        var fault = Sample.Refusal(() => Fit(Texts(201)));

        Assert.Equal(("classNameTooLong", "target"), (fault.Code, fault.Field));
        Assert.Contains("201 characters", fault.Message);
        Assert.InRange(fault.Message.Length, 1, 300);
    }

    [Fact]
    public void At_most_a_hundred_classes_are_supported()
    {
        static NumberColumn Numbers(int count) => new("id", [.. Enumerable.Range(0, count)]);
        Assert.Equal(100, Fit(Numbers(100)).Classes.Count);

        var fault = Sample.Refusal(() => Fit(Numbers(101)));

        Assert.Equal(("tooManyClasses", "target"), (fault.Code, fault.Field));
        Assert.Contains("'id' has 101 different values", fault.Message);
        Assert.Equal(100, ClassTarget.Fit(Numbers(300), Sample.Indices(100)).Classes.Count);      // other rows don't count
    }

    [Fact]
    public void Training_rows_of_only_one_class_are_refused()
    {
        var fault = Sample.Refusal(() => ClassTarget.Fit(CategoryColumn.FromTexts("sort", ["a", "a", "b"]), [0, 1]));

        Assert.Equal(("constantTarget", "target"), (fault.Code, fault.Field));
        Assert.Contains("'a'", fault.Message);
    }

    [Fact]
    public void A_class_target_is_the_same_after_JSON_serialisation()
    {
        var json = JsonSerializer.Serialize<TargetEncoding>(Fit(CategoryColumn.FromTexts("sort", ["a", "b"])));

        var target = Assert.IsType<ClassTarget>(JsonSerializer.Deserialize<TargetEncoding>(json));

        Assert.Contains("\"encoding\":\"classes\"", json);
        Assert.Equal(["a", "b"], target.Classes);
        Assert.Equal(ColumnKind.Category, target.Kind);
        Assert.IsType<NumberTarget>(
            JsonSerializer.Deserialize<TargetEncoding>(JsonSerializer.Serialize<TargetEncoding>(new NumberTarget("score", 1, 2))));
    }

    private static ClassTarget Fit(Column column) => ClassTarget.Fit(column, Sample.Indices(column.Rows));

    private static float[] Encode(ClassTarget target, Column column) => target.Encode(column, Sample.Indices(column.Rows));
}
