using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Api.Tests.Datasets;

public sealed class DatasetLifeTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string Csv =
        "\uFEFFtown,people,\"by the \"\"sea\"\"\"\r\nRiga,\"6e5\",TRUE\r\n\"Gent, B\",NA,false\r\nRiga, 1.5 ,\r\n\r\n";

    private const string TownProfile = """
        {
          "name": "town", "kind": "category", "missing": 0, "distinct": 2,
          "min": null, "max": null, "mean": null, "standardDeviation": null,
          "mostFrequent": "Riga", "mostFrequentCount": 2, "histogram": null,
          "frequent": [{ "value": "Riga", "rows": 2 }, { "value": "Gent, B", "rows": 1 }]
        }
        """;

    private const string PeopleProfile = """
        {
          "name": "people", "kind": "number", "missing": 1, "distinct": 2,
          "min": 1.5, "max": 600000, "mean": 300000.75, "standardDeviation": 299999.25,
          "mostFrequent": null, "mostFrequentCount": null, "histogram": [1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1],
          "frequent": null
        }
        """;

    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task A_dataset_is_uploaded_profiled_listed_previewed_downloaded_and_deleted()
    {
        var created = await _http.PostCsv("towns", Csv);
        Assert.Equal((HttpStatusCode.Created, "/api/v1/datasets/towns"), (created.StatusCode, created.Headers.Location?.OriginalString));

        var profile = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/towns");
        Assert.Equal(3, profile.GetProperty("rows").GetInt32());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(TownProfile), profile.GetProperty("columns")[0]));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(PeopleProfile), profile.GetProperty("columns")[1]));
        Assert.Equal("boolean", profile.GetProperty("columns")[2].GetProperty("kind").GetString());

        var list = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets");
        Assert.Contains(list.GetProperty("items").EnumerateArray(), item => item.GetProperty("name").GetString() == "towns");

        Assert.Equal(
            """{"offset":1,"total":3,"rows":[{"town":"Gent, B","people":null,"by the \"sea\"":false},""" +
            """{"town":"Riga","people":1.5,"by the \"sea\"":null}]}""",
            await _http.GetStringAsync("/api/v1/datasets/towns/rows?offset=1&limit=2"));

        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(Csv), await _http.GetByteArrayAsync("/api/v1/datasets/towns/csv"));

        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync("/api/v1/datasets/towns")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/api/v1/datasets/towns")).StatusCode);
    }

    [Fact]
    public async Task The_same_table_under_the_same_name_is_stored_once()
    {
        var first = await _http.PostCsv("twice", "x,y\n1,2\n");
        var second = await _http.PostCsv("twice", "x,y\n1,2\n");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_file_in_a_form_names_the_dataset()
    {
        using var form = new MultipartFormDataContent { { new StringContent("x,y\n1,2\n"), "file", "from-form.csv" } };

        var created = await _http.PostAsync("/api/v1/datasets", form);

        Assert.Equal("/api/v1/datasets/from-form", created.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_name_in_a_form_takes_precedence_over_the_name_of_the_file()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("x,y\n1,2\n"), "file", "a file.csv" },
            { new StringContent("named"), "name" },
        };

        var created = await _http.PostAsync("/api/v1/datasets", form);

        Assert.Equal("/api/v1/datasets/named", created.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("array", """[{ "x": 1, "t": "a, b" }, { "t": null }, { "x": 2.5e3, "t": " padded " }]""")]
    [InlineData("wrapped", """{ "rows": [{ "x": 1, "t": "a, b" }, { "t": null }, { "t": " padded ", "x": 2.5e3 }] }""")]
    public async Task Json_rows_are_stored_as_a_table(string name, string json)
    {
        await _http.PostJson(name, json);

        Assert.Equal("""{"offset":0,"total":3,"rows":[{"x":1,"t":"a, b"},{"x":null,"t":null},{"x":2500,"t":"padded"}]}""",
            await _http.GetStringAsync($"/api/v1/datasets/{name}/rows"));
    }

    [Fact]
    public async Task A_dataset_of_several_chunks_is_downloaded_byte_for_byte()
    {
        var csv = "x,y\n" + string.Concat(Enumerable.Range(0, 200_000).Select(row => $"{row},{row % 7}\n"));

        await _http.PostCsv("large", csv);

        Assert.Equal(csv, await _http.GetStringAsync("/api/v1/datasets/large/csv"));
        var last = await _http.GetStringAsync("/api/v1/datasets/large/rows?offset=199998");
        Assert.EndsWith("""{"x":199999,"y":2}]}""", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_tokens_lead_through_the_whole_list()
    {
        var names = new List<string>();
        string? token = null;
        do
        {
            var query = token is null ? "pageSize=1" : $"pageSize=1&pageToken={token}";
            var page = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets?{query}");
            names.Add(page.GetProperty("items").EnumerateArray().Single().GetProperty("name").GetString()!);
            token = page.GetProperty("nextPageToken").GetString();
        }
        while (token is not null);

        Assert.Equal(["iris", "noisy-sine", "study-hours"], names.Order().Intersect(["iris", "noisy-sine", "study-hours"]));
        Assert.Equal(names.Distinct(), names);
    }
}
