using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Api.Tests.Datasets;

public sealed class ColumnKindTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("1|2.5|-3e4| 7 |+1|.5", "number", 0)]
    [InlineData("1||NA|n/a|NaN|NULL|?|\" \"", "number", 7)] // every marker of a missing value
    [InlineData("true|False|TRUE|", "boolean", 1)]
    [InlineData("true|1", "boolean", 0)] // two spellings of one value
    [InlineData("Yes|No", "category", 0)] // one spelling of each: the words stay
    [InlineData("0|1", "number", 0)]
    [InlineData("1,000|2", "number", 0)]
    [InlineData("1|2|x", "category", 0)]
    [InlineData("Infinity|x", "category", 0)]
    [InlineData("NA|?", "number", 2)]
    public async Task The_kind_of_a_column_fits_all_its_values(string cells, string kind, int missing)
    {
        var column = await Profile(cells.Split('|'));

        Assert.Equal((kind, missing), (column.GetProperty("kind").GetString(), column.GetProperty("missing").GetInt32()));
    }

    [Fact]
    public async Task More_than_10000_distinct_values_are_counted()
    {
        var column = await Profile(Enumerable.Range(0, 30_000).Select(row => $"t{row % 12_345}"));

        Assert.Equal(12_345, column.GetProperty("distinct").GetInt32());
    }

    [Theory]
    [InlineData("NA|NA", "allMissing")]
    [InlineData("7|7|", "constant")]
    [InlineData("1|2|3|4|5|6|7|8|9|10|11|many", "mostlyNumbers")]
    [InlineData("1|2|n.a.|3", "cellsCountAsMissing")]
    public async Task A_column_that_is_unlikely_to_be_useful_has_a_warning(string cells, string code)
    {
        var dataset = await Upload(cells.Split('|'));

        var warning = dataset.GetProperty("warnings")[0];
        Assert.Equal((code, "c"), (warning.GetProperty("code").GetString(), warning.GetProperty("column").GetString()));
    }

    [Theory]
    [InlineData("pclass", "1|2|3|1", true)]
    [InlineData("pclass", "0|1|0|1", false)] // two values are the same as numbers and as categories
    [InlineData("pclass", "1.5|2|3.5|1", false)]
    [InlineData("rooms", "1|2|3|1", false)]
    public async Task Numbers_that_may_be_codes_of_classes_get_a_hint(string name, string cells, bool hasHint)
    {
        var csv = $"row,{name}\n" + string.Concat(cells.Split('|').Select((cell, row) => $"{row},{cell}\n"));
        var dataset = await (await _http.PostCsv(Guid.NewGuid().ToString("N"), csv)).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(hasHint, dataset.GetProperty("warnings").EnumerateArray()
            .Any(warning => warning.GetProperty("code").GetString() == "classCodes"));
    }

    private async Task<JsonElement> Profile(IEnumerable<string> cells) => (await Upload(cells)).GetProperty("columns")[1];

    private async Task<JsonElement> Upload(IEnumerable<string> cells)
    {
        var quoted = cells.Select(cell => cell.Contains(',', StringComparison.Ordinal) ? $"\"{cell}\"" : cell);
        var csv = "row,c\n" + string.Concat(quoted.Select((cell, row) => $"{row},{cell}\n"));
        return await (await _http.PostCsv(Guid.NewGuid().ToString("N"), csv)).Content.ReadFromJsonAsync<JsonElement>();
    }
}
