using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Training.Tests.Tables.Reading;

public class ColumnNamesTests
{
    [Fact]
    public void A_name_that_occurs_again_gets_the_first_number_that_is_free()
    {
        var names = ColumnNames.Of(["a", "a", "b", "a_2", "a", "b", "a", "a_2"]);

        Assert.Equal(["a", "a_3", "b", "a_2", "a_4", "b_2", "a_5", "a_2_2"], names.Names);
        Assert.Equal(["a_3", "a_4", "b_2", "a_5", "a_2_2"], names.Notes.Select(note => note.Column));
    }

    [Fact]
    public void A_field_without_a_name_gets_one_that_no_other_has()
    {
        var names = ColumnNames.Of([null, "column1", "column1", "", ";;"]);

        Assert.Equal(["column1_2", "column1", "column1_3", "column4", "column5"], names.Names);
        Assert.Equal([0, 3, 4], names.Nameless.Order());
    }
}
