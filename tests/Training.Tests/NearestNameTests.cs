namespace Velodrome.Training.Tests;

public class NearestNameTests
{
    [Theory]
    [InlineData("curat", "carat")]              // a substitution
    [InlineData("carrat", "carat")]             // an insertion
    [InlineData("crat", "carat")]               // a deletion
    [InlineData("craat", "carat")]              // a swap of neighbours is one edit
    [InlineData("CARAT", "carat")]              // another case
    [InlineData("cut ", "cut")]
    [InlineData("clraity", "clarity")]
    [InlineData("claritee", "clarity")]         // two edits of eight letters
    [InlineData("price", null)]
    [InlineData("pirec", null)]                 // two edits of five letters are too many
    [InlineData("dpeht", null)]
    [InlineData("", null)]
    public void A_misspelt_name_finds_the_one_that_was_meant(string wrong, string? nearest)
    {
        string[] names = ["carat", "cut", "clarity", "depth"];

        Assert.Equal(nearest, NearestName.Find(wrong, names));
        Assert.Equal(nearest is null ? "" : $" Did you mean '{nearest}'?", NearestName.Suggestion(wrong, names));
    }

    [Fact]
    public void The_fewest_edits_win_and_for_equal_edits_the_first_by_name()
    {
        Assert.Equal("lengths", NearestName.Find("lengthss", ["length", "lengths"]));
        Assert.Equal("cap", NearestName.Find("cat", ["car", "cap"]));
        Assert.Null(NearestName.Find("cat", []));
    }
}
