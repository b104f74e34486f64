using System.Globalization;
using System.Text;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Training;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Tests.Datasets;

/// <summary>Files of many blocks: their columns are read at the same time, and in order.</summary>
public sealed class LargeCsvTests
{
    private const int Rows = 30_001;

    private static readonly byte[] Csv = Encoding.UTF8.GetBytes("size,city,day,rare,late\n" + string.Concat(
        Enumerable.Range(0, Rows).Select(row => FormattableString.Invariant(
            $"{row % 977 * 0.25},city {row % 13},2024-01-{row % 28 + 1:00},{(row % 100 == 0 ? "" : row)},") + Late(row) + "\n")));

    [Theory]
    [InlineData(0)] // nothing is collected: each column is read again
    [InlineData(2L << 20)] // the last columns give up
    [InlineData(1L << 30)]
    public void Profiles_are_those_of_the_whole_table(long profileBytes)
    {
        using var csv = new MemoryStream(Csv);
        var scan = CsvScan.Read(csv, Dialect.Default, new ReadingOptions(), profileBytes, CancellationToken.None);
        var profiles = CsvProfile.Of(scan).Read(csv, profileBytes, CancellationToken.None).Profiles;

        Assert.Equal(Rows, scan.Rows);
        Assert.Equal(profileBytes > 0, scan.Profiled.ContainsKey(0));
        Assert.False(scan.Profiled.ContainsKey(1));
        Assert.Equal(
            [ColumnKind.Number, ColumnKind.Category, ColumnKind.Date, ColumnKind.Number, ColumnKind.Category],
            profiles.Select(profile => profile.Kind));
        Assert.Equal((0, 977, 0.0, 244.0), (profiles[0].Missing, profiles[0].Distinct, profiles[0].Min, profiles[0].Max));
        Assert.Equal(Enumerable.Range(0, Rows).Average(row => row % 977 * 0.25), profiles[0].Mean!.Value, 1e-9);
        Assert.Equal((13, "city 0"), (profiles[1].Distinct, profiles[1].MostFrequent));
        Assert.Equal((28, 0), (profiles[2].Distinct, profiles[2].Missing));
        Assert.Equal((301, Rows - 301), (profiles[3].Missing, profiles[3].Distinct));
        Assert.Equal((1 + Rows - 25_000, "7"), (profiles[4].Distinct, profiles[4].MostFrequent));
    }

    [Fact]
    public void A_table_that_fits_into_memory_is_kept_and_equals_the_one_that_is_read_later()
    {
        using var csv = new MemoryStream(Csv);
        var scan = CsvScan.Read(csv, Dialect.Default, new ReadingOptions(), 1 << 30, CancellationToken.None);
        var kept = CsvProfile.Of(scan).Read(csv, tableBytes: 1 << 30, CancellationToken.None).Table!;
        csv.Position = 0;
        var read = CsvTable.Read(
            csv, scan.Dialect, scan.Reading.Columns, new ColumnArrays(scan.Rows), CancellationToken.None);

        Assert.Equal(read.Columns.Select(column => (column.Name, column.Kind)), kept.Columns.Select(column => (column.Name, column.Kind)));
        foreach (var (one, other) in read.Columns.Zip(kept.Columns))
        {
            Assert.All(Enumerable.Range(0, Rows), row => Assert.Equal(
                one.IsMissing(row) ? null : one.TextAt(row), other.IsMissing(row) ? null : other.TextAt(row)));
        }

        Assert.Null(CsvProfile.Of(scan).Read(csv, kept.Bytes - 1, CancellationToken.None).Table);
    }

    [Fact]
    public void Every_cell_is_in_its_row()
    {
        using var csv = new MemoryStream(Csv);
        var scan = CsvScan.Read(csv, Dialect.Default, new ReadingOptions(), 0, CancellationToken.None);
        csv.Position = 0;
        var table = CsvTable.Read(
            csv, scan.Dialect, scan.Reading.Columns, new ColumnArrays(scan.Rows), CancellationToken.None);

        var (size, rare, late) = ((NumberColumn)table.Columns[0], (NumberColumn)table.Columns[3], table.Columns[4]);
        for (var row = 0; row < Rows; row++)
        {
            Assert.Equal(row % 977 * 0.25, size.Values[row]);
            Assert.Equal($"city {row % 13}", table.Columns[1].TextAt(row));
            Assert.Equal(row % 100 == 0, rare.IsMissing(row));
            Assert.Equal(Late(row), late.TextAt(row));
        }
    }

    [Fact]
    public void A_mistake_in_a_late_block_is_refused_with_its_line()
    {
        using var csv = new MemoryStream([.. Csv, .. "1,2,3\n"u8]);

        var refused = Assert.Throws<RefusedException>(
            () => CsvScan.Read(csv, Dialect.Default, new ReadingOptions(), 1 << 30, CancellationToken.None));

        Assert.Contains($"Line {Rows + 2}", refused.Faults[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_read_ends()
    {
        using var csv = new MemoryStream(Csv);

        Assert.ThrowsAny<OperationCanceledException>(
            () => CsvScan.Read(csv, Dialect.Default, new ReadingOptions(), 0, new CancellationToken(canceled: true)));
    }

    private static string Late(int row) => row < 25_000 ? "7" : "x" + row.ToString(CultureInfo.InvariantCulture);
}
