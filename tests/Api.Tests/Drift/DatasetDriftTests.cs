using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Datasets.Versions;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Drift;

public sealed class DatasetDriftTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task The_rows_that_were_appended_are_compared_with_those_before()
    {
        var name = await _http.Upload(Csv(1, 100, "Bonn", "Köln"));
        await _http.AppendCsv(name, Csv(1, 50, "Bonn", "Köln")).Read(HttpStatusCode.Created);
        await _http.AppendCsv(name, Csv(51, 100, "Bonn", "Ulm")).Read(HttpStatusCode.Created);

        var last = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/drift");
        var both = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/drift?from=1&to=3");
        var second = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/drift?to=2");

        Assert.Equal((2, 150, 3, 50), Versions(last));
        Assert.Equal((1, 100, 3, 100), Versions(both));
        Assert.Equal((1, 100, 2, 50), Versions(second));
        Assert.Equal(2, last.GetProperty("moved").GetInt32());
        Assert.Equal("the rows of version 3 that version 2 lacks", last.GetProperty("to").Text("contains"));
        Assert.Equal((0.1, 0.01), (last.GetProperty("limits").GetProperty("effectSize").GetDouble(),
            last.GetProperty("limits").GetProperty("adjustedPValue").GetDouble()));

        var size = Column(last, "size");
        Assert.True(size.GetProperty("moved").GetBoolean());
        Assert.StartsWith("'size' moved up: its median is 75.5, and ", size.Text("sentence"), StringComparison.Ordinal);
        Assert.Equal(("kolmogorovSmirnov", "D"), TestOf(size));
        Assert.Equal(75.5, size.GetProperty("to").GetProperty("median").GetDouble());

        var city = Column(last, "city");
        Assert.Equal(("chiSquared", "cramersV"), TestOf(city));
        Assert.Equal("""{"count":1,"rows":25,"examples":["Ulm"]}""", city.GetProperty("newLevels").ToString());
        Assert.Equal("""{"value":"Bonn","rows":25,"share":0.5}""", city.GetProperty("to").GetProperty("levels")[0].ToString());

        Assert.False(Column(last, "garden").GetProperty("moved").GetBoolean());
        Assert.Equal(JsonValueKind.Null, Column(last, "garden").GetProperty("sentence").ValueKind);
    }

    [Theory]
    [InlineData("?from=2&to=1", HttpStatusCode.BadRequest, "outOfRange", "from")]
    [InlineData("?from=2", HttpStatusCode.BadRequest, "outOfRange", "from")]
    [InlineData("?from=0", HttpStatusCode.BadRequest, "outOfRange", "from")]
    [InlineData("?to=x", HttpStatusCode.BadRequest, "wrongType", "to")]
    [InlineData("?to=3", HttpStatusCode.NotFound, "versionNotFound", "to")]
    [InlineData("?from=9", HttpStatusCode.NotFound, "versionNotFound", "from")]
    [InlineData("?to=1", HttpStatusCode.Conflict, "nothingToCompare", "to")]
    public async Task Versions_that_can_not_be_compared_are_refused(string query, HttpStatusCode status, string code, string field)
    {
        var name = await _http.Upload("a,b\n1,x\n");
        await _http.AppendCsv(name, "a,b\n2,x\n").Read(HttpStatusCode.Created);

        var refused = await Refused.Read(await _http.GetAsync($"/api/v1/datasets/{name}/drift{query}"), status);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_dataset_with_one_version_is_refused_with_advice()
    {
        var name = await _http.Upload("a,b\n1,x\n");

        var refused = await Refused.Read(await _http.GetAsync($"/api/v1/datasets/{name}/drift"), HttpStatusCode.Conflict);
        var unknown = await Refused.Read(await _http.GetAsync("/api/v1/datasets/no-such/drift"), HttpStatusCode.NotFound);

        Assert.Equal("nothingToCompare", refused.Code);
        Assert.Contains($"POST /api/v1/datasets/{name}/rows", refused.Detail, StringComparison.Ordinal);
        Assert.Equal("datasetNotFound", unknown.Code);
    }

    private static string Csv(int from, int to, params string[] cities)
    {
        var csv = new StringBuilder("size,city,garden\n");
        for (var i = from; i <= to; i++)
        {
            csv.Append($"{i},{cities[i % cities.Length]},{(i % 4 < 2 ? "true" : "false")}\n");
        }

        return csv.ToString();
    }

    private static (string, string) TestOf(JsonElement column) =>
        (column.GetProperty("values").Text("test"), column.GetProperty("values").Text("effectSizeName"));

    private static (int, int, int, int) Versions(JsonElement drift) => (
        drift.GetProperty("from").GetProperty("version").GetInt32(), drift.GetProperty("from").GetProperty("rows").GetInt32(),
        drift.GetProperty("to").GetProperty("version").GetInt32(), drift.GetProperty("to").GetProperty("rows").GetInt32());

    private static JsonElement Column(JsonElement drift, string name) =>
        drift.GetProperty("columns").EnumerateArray().Single(column => column.Text("name") == name);
}
