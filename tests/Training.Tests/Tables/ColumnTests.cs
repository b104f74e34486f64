using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Tables;

public class ColumnTests
{
    [Fact]
    public void Values_are_written_as_text()
    {
        var numbers = new NumberColumn("x", [1.5, -0.0, 1e21]);
        var booleans = new NumberColumn("x", [0, 1], ColumnKind.Boolean);
        var texts = new CategoryColumn("x", [1, 0, CategoryColumn.MaxLevels], ["a", "b"], 3);

        Assert.Equal(["1.5", "0", "1E+21"], Enumerable.Range(0, 3).Select(numbers.TextAt));
        Assert.Equal(["false", "true"], Enumerable.Range(0, 2).Select(booleans.TextAt));
        Assert.Equal(["b", "a", CategoryColumn.FurtherLevels], Enumerable.Range(0, 3).Select(texts.TextAt));
    }
}
