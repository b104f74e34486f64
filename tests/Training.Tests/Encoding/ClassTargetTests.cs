using System.Text.Json;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public class ClassTargetTests
{
    [Fact]
    public void Texts_stand_in_ordinal_order_wherever_they_come_first()
    {
        string[] texts = ["b", "ä", "B", "10", "9", "b", "a"];

        var target = Fit(CategoryColumn.FromTexts("sort", texts));

        Assert.Equal(["10", "9", "B", "a", "b", "ä"], target.Classes);
        Assert.Equal((6, ColumnKind.Category, "sort"), (target.Outputs, target.Kind, target.Name));
        Assert.Equal([4, 5, 2, 0, 1, 4, 3], Encode(target, CategoryColumn.FromTexts("sort", texts)));
        Assert.Equal(target.Classes, Fit(CategoryColumn.FromTexts("sort", [.. texts.Reverse()])).Classes);
    }

    [Fact]
    public void Numbers_stand_by_value_in_invariant_form()
    {
        var column = new NumberColumn("stars", [10, -3, 2.5, 9, 1e21, 10]);

        var target = Fit(column);

        Assert.Equal(["-3", "2.5", "9", "10", "1E+21"], target.Classes);
        Assert.Equal(ColumnKind.Number, target.Kind);
        Assert.Equal([3, 0, 1, 2, 4, 3], Encode(target, column));
    }

    [Fact]
    public void False_stands_before_true()
    {
        var column = new NumberColumn("sold", [1, 0, 1], ColumnKind.Boolean);

        var target = Fit(column);

        Assert.Equal(["false", "true"], target.Classes);
        Assert.Equal(ColumnKind.Boolean, target.Kind);
        Assert.Equal([1, 0, 1], Encode(target, column));
        Assert.Equal("true", ClassTarget.LabelAt(column, 2));
    }

    [Fact]
    public void Zero_is_one_class_whatever_its_sign()
    {
        var column = new NumberColumn("sign", [-0.0, 1, 0]);

        var target = Fit(column);

        Assert.Equal(["0", "1"], target.Classes);
        Assert.Equal([0, 1, 0], Encode(target, column));
        Assert.Equal([0f, 1], target.Encode(column, [2, 1]));
    }

    [Fact]
    public void Only_the_training_rows_count_and_what_they_lack_is_no_class()
    {
        var column = CategoryColumn.FromTexts("sort", ["x", "b", "a", "b", "y", null]);
        var target = ClassTarget.Fit(column, [1, 2, 3]);

        Assert.Equal(["a", "b"], target.Classes);
        Assert.Equal([ClassTarget.Unseen, 1, 0, 1, ClassTarget.Unseen], target.Encode(column, [0, 1, 2, 3, 4]));
    }

    [Fact]
    public void Classes_are_recognised_by_text_not_by_their_code()
    {
        var target = Fit(CategoryColumn.FromTexts("sort", ["a", "b"]));

        // In the second table "b" comes first and so has the code that "a" had.
        Assert.Equal([1, ClassTarget.Unseen, 0], Encode(target, CategoryColumn.FromTexts("sort", ["b", "c", "a"])));
    }

    [Fact]
    public void A_hundred_classes_are_the_most_that_can_be_told_apart()
    {
        static NumberColumn Numbers(int count) => new("id", [.. Enumerable.Range(0, count)]);
        Assert.Equal(100, Fit(Numbers(100)).Classes.Count);

        var fault = Sample.Refusal(() => Fit(Numbers(101)));

        Assert.Equal(("tooManyClasses", "target"), (fault.Code, fault.Field));
        Assert.Contains("'id' has 101 different values", fault.Message);
        Assert.Equal(100, ClassTarget.Fit(Numbers(300), Sample.Upto(100)).Classes.Count);      // rows that do not train do not count
    }

    [Fact]
    public void Training_rows_of_a_single_class_are_refused()
    {
        var fault = Sample.Refusal(() => ClassTarget.Fit(CategoryColumn.FromTexts("sort", ["a", "a", "b"]), [0, 1]));

        Assert.Equal(("constantTarget", "target"), (fault.Code, fault.Field));
        Assert.Contains("'a'", fault.Message);
    }

    [Fact]
    public void It_comes_back_from_JSON_as_what_it_was()
    {
        var json = JsonSerializer.Serialize<TargetEncoding>(Fit(CategoryColumn.FromTexts("sort", ["a", "b"])));

        var target = Assert.IsType<ClassTarget>(JsonSerializer.Deserialize<TargetEncoding>(json));

        Assert.Contains("\"encoding\":\"classes\"", json);
        Assert.Equal(["a", "b"], target.Classes);
        Assert.Equal(ColumnKind.Category, target.Kind);
        Assert.IsType<NumberTarget>(JsonSerializer.Deserialize<TargetEncoding>(JsonSerializer.Serialize<TargetEncoding>(new NumberTarget("score", 1, 2))));
    }

    private static ClassTarget Fit(Column column) => ClassTarget.Fit(column, Sample.Upto(column.Rows));

    private static float[] Encode(ClassTarget target, Column column) => target.Encode(column, Sample.Upto(column.Rows));
}
