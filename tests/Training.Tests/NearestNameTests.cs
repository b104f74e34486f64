namespace Velodrome.Training.Tests;

public class NearestNameTests
{
    [Theory]
    [InlineData("curat", "carat")]              // a substitution
    [InlineData("carrat", "carat")]             // an insertion
    [InlineData("crat", "carat")]               // a deletion
    [InlineData("craat", "carat")]              // a swap of neighbours is one edit
    [InlineData("CARAT", "carat")]              // case aside
    [InlineData("cut ", "cut")]
    [InlineData("clraity", "clarity")]
    [InlineData("claritee", "clarity")]         // two edits of eight letters
    [InlineData("price", null)]
    [InlineData("pirec", null)]                 // two edits of five letters are too many
    [InlineData("dpeht", null)]
    [InlineData("", null)]
    public void A_mistyped_name_finds_what_was_meant(string wrong, string? near)
    {
        string[] names = ["carat", "cut", "clarity", "depth"];

        Assert.Equal(near, NearestName.Find(wrong, names));
        Assert.Equal(near is null ? "" : $" Did you mean '{near}'?", NearestName.Suggestion(wrong, names));
    }

    [Fact]
    public void The_fewest_edits_win_and_of_equals_the_first_by_name()
    {
        Assert.Equal("lengths", NearestName.Find("lengthss", ["length", "lengths"]));
        Assert.Equal("cap", NearestName.Find("cat", ["car", "cap"]));
        Assert.Null(NearestName.Find("cat", []));
    }
}
