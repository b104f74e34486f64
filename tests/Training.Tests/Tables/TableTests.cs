using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Tables;

public class TableTests
{
    [Fact]
    public void Columns_are_found_by_name()
    {
        var table = new Table([new NumberColumn("x", [1]), new NumberColumn("y", [2])]);

        Assert.Equal("y", table.Find("y")?.Name);
        Assert.Null(table.Find("Y"));
    }

    [Fact]
    public void Columns_of_different_lengths_are_refused() =>
        Assert.Throws<ArgumentException>(() => new Table([new NumberColumn("x", [1]), new NumberColumn("y", [2, 3])]));
}
