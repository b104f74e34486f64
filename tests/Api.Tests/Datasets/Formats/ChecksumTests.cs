using System.Text;
using Velodrome.Training;

namespace Velodrome.Api.Tests.Datasets.Formats;

/// <summary>Archives and compressed files whose bytes changed on the way are refused, also if they can still be decompressed.</summary>
public sealed class ChecksumTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Theory]
    [InlineData("Bonn")] // a shared text
    [InlineData("<v>1.")] // a number of the sheet
    [InlineData("numFmtId=\"14\"")] // a style
    [InlineData("name=\"First\"")] // the workbook
    public async Task A_workbook_with_another_character_is_refused(string text)
    {
        var workbook = SampleFiles.Stored(SampleFiles.Xlsx());
        workbook[workbook.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) + text.Length - 2]++;

        var refused = await Refuse(workbook, "a.xlsx");

        Assert.Contains("its checksum differs", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workbook_without_compression_is_read()
    {
        await using var table = await Converting.Convert(app, SampleFiles.Stored(SampleFiles.Xlsx()), new(null, "a.xlsx"));

        Assert.Equal("1.5,Bonn,true", Converting.Lines(table)[1]);
    }

    [Theory]
    [InlineData("csv.gz", "gzip", null)]
    [InlineData("csv.zip", "zip", "folder/table.csv")]
    [InlineData("xlsx", "Excel", "xl/worksheets/sheet1.xml")]
    public async Task Damaged_data_is_called_so(string format, string name, string? entry)
    {
        var file = SampleFiles.Of(format);
        var data = entry is null ? 10 : file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(entry)) + entry.Length; // behind the header
        file.AsSpan(data, 6).Fill(0xFF); // no kind of block

        var refused = await Refuse(file, "a." + format);

        Assert.StartsWith($"The file can't be read as {name}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("its compressed data is damaged or cut off", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gz_file_is_whole()
    {
        var file = SampleFiles.Of("csv.gz");
        await using var twice = await Converting.Convert(app, [.. file, .. SampleFiles.Gzip("3,4,5\n"u8.ToArray())], new(null, "a.csv.gz"));

        Assert.Equal("3,4,5", Converting.Lines(twice)[^1]);
        foreach (var cut in new[] { 1, 4, 8, 12, file.Length / 2 })
        {
            Assert.Contains("cut off", (await Refuse(file[..^cut], "a.csv.gz")).Message, StringComparison.Ordinal);
        }

        Assert.Contains("other bytes follow", (await Refuse([.. file, 0], "a.csv.gz")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workbook_whose_xml_is_broken_is_called_so()
    {
        var file = SampleFiles.Zip(("[Content_Types].xml", "<Types/>"u8.ToArray()), ("xl/workbook.xml", "<workbook><sheets>"u8.ToArray()));

        Assert.Contains("the workbook's XML is damaged", (await Refuse(file, "a.xlsx")).Message, StringComparison.Ordinal);
    }

    private async Task<Fault> Refuse(byte[] file, string name)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Converting.Convert(app, file, new(null, name)));
        Assert.Equal("malformedFile", refused.Faults[0].Code);
        return refused.Faults[0];
    }
}
