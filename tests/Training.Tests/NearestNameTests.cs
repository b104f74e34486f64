using CsCheck;

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

    [Theory]
    [InlineData(100, 100, true)]
    [InlineData(100, 133, true)]   // a third of the length may be missing
    [InlineData(100, 134, false)]
    [InlineData(101, 101, false)]  // too long for a suggestion
    [InlineData(20_000, 20_000, false)]
    public void Long_names_get_no_suggestion(int length, int knownLength, bool found)
    {
        var known = new string('a', knownLength);

        Assert.Equal(found ? known : null, NearestName.Find(new string('A', length), [known]));
    }

    [Fact]
    public void Names_are_found_as_by_comparing_each_pair_in_full() => Gen.Select(Gen.String[Gen.Char['a', 'c'], 0, 9], Names)
        .Sample((wrong, names) => Assert.Equal(FindByFullComparison(wrong, names), NearestName.Find(wrong, names)), iter: 2_000);

    private static readonly Gen<string[]> Names = Gen.String[Gen.Char['a', 'c'], 0, 9].Array[0, 6];

    private static string? FindByFullComparison(string wrong, string[] names) => names
        .Select(name => (Name: name, Edits: Edits(wrong, name)))
        .Where(candidate => candidate.Edits <= Math.Max(1, wrong.Length / 3))
        .OrderBy(candidate => candidate.Edits).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
        .Select(candidate => candidate.Name).FirstOrDefault();

    /// <summary>Optimal string alignment by its recursive definition.</summary>
    private static int Edits(string from, string to)
    {
        var edits = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                edits[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1,
                    edits[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[from.Length, to.Length];
    }
}
