using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Velodrome.Api.Datasets.Versions;
using Velodrome.Api.Settings;
using Velodrome.Api.Tests.Runs;
using Velodrome.Data.Datasets;

namespace Velodrome.Api.Tests.Datasets.Versions;

public sealed class VersionRetentionTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Old_versions_are_removed_unless_a_run_uses_them()
    {
        var name = await Grow(versions: 4);
        await _http.StartRun(
            """{ "dataset": "", "target": "b", "validation": { "split": "last", "fraction": 0.5 } }""", request =>
            {
                request["dataset"] = name;
                request["datasetVersion"] = 2;
            });

        var nothing = await Remove(name, "2000-01-01T00:00:00Z");
        var removed = await Remove(name, "2100-01-01T00:00:00Z");

        Assert.Equal("""{"removed":[],"inUse":[]}""", nothing);
        Assert.Equal("""{"removed":[1,3],"inUse":[2]}""", removed);
        Assert.Equal([4, 2], await Listed(name));
        Assert.Equal("versionNotFound", (await Refused.Read(
            await _http.GetAsync($"/api/v1/datasets/{name}?version=1"), HttpStatusCode.NotFound)).Code);
        Assert.Equal("unknownVersion", (await Refused.Read(
            await _http.Post("/api/v1/runs", $$"""
                { "dataset": "{{name}}", "datasetVersion": 3, "target": "b", "validation": { "split": "last" } }
                """), HttpStatusCode.BadRequest)).Code);
        Assert.Equal(8, (await _http.Rows(name)).GetArrayLength()); // the newest version still has the rows of those that were removed
        Assert.Equal("datasetInUse", (await Refused.Read(
            await _http.DeleteAsync($"/api/v1/datasets/{name}"), HttpStatusCode.Conflict)).Code);
    }

    [Fact]
    public async Task A_repeated_request_whose_version_was_removed_appends_nothing()
    {
        var name = await _http.Upload("a,b\n1,2\n");
        await _http.AppendCsv(name, "a,b\n3,4\n", key: "k").Read(HttpStatusCode.Created);
        await _http.AppendCsv(name, "a,b\n5,6\n").Read(HttpStatusCode.Created);
        await Remove(name, "2100-01-01T00:00:00Z");

        var refused = await Refused.Read(await _http.AppendCsv(name, "a,b\n3,4\n", key: "k"), HttpStatusCode.NotFound);

        Assert.Equal("versionNotFound", refused.Code);
        Assert.Equal(3, (await _http.Rows(name)).GetArrayLength());
    }

    [Fact]
    public async Task The_setting_removes_versions_after_its_days()
    {
        var name = await Grow(versions: 3);
        var retention = new VersionRetention(
            app.Services.GetRequiredService<DatasetStore>(), Options.Create(new VelodromeSettings { KeepVersionsDays = 30 }),
            new ShiftedTime(TimeSpan.FromDays(29)), NullLogger<VersionRetention>.Instance);
        await retention.Remove();
        Assert.Equal([3, 2, 1], await Listed(name));

        retention = new VersionRetention(
            app.Services.GetRequiredService<DatasetStore>(), Options.Create(new VelodromeSettings { KeepVersionsDays = 30 }),
            new ShiftedTime(TimeSpan.FromDays(31)), NullLogger<VersionRetention>.Instance);
        await retention.Remove();
        Assert.Equal([3], await Listed(name));
    }

    [Fact]
    public async Task A_deleted_dataset_leaves_no_version()
    {
        var name = await Grow(versions: 3);

        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/datasets/{name}")).StatusCode);

        Assert.Equal("datasetNotFound", (await Refused.Read(
            await _http.GetAsync($"/api/v1/datasets/{name}/versions"), HttpStatusCode.NotFound)).Code);
        Assert.Equal(HttpStatusCode.Created, (await _http.PostCsv(name, "a,b\n1,2\n")).StatusCode);
        Assert.Equal([1], await Listed(name));
    }

    [Fact]
    public async Task A_time_is_needed_and_checked()
    {
        var name = await Grow(versions: 2);

        Assert.Equal("missingField", (await Refused.Read(
            await _http.DeleteAsync($"/api/v1/datasets/{name}/versions"), HttpStatusCode.BadRequest)).Code);
        Assert.Equal([2, 1], await Listed(name));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("12:00")]
    [InlineData("01/02/2099")]
    [InlineData("1 Jan 2099")]
    [InlineData("2099-13-01")]
    [InlineData("2099-01-01 02:00")]
    [InlineData("2099-01-01T00:00:00 02:00")] // a + that was not escaped
    [InlineData("")]
    public async Task A_time_that_is_not_iso_8601_removes_nothing(string time)
    {
        var name = await Grow(versions: 2);

        var refused = await Refused.Read(
            await _http.DeleteAsync($"/api/v1/datasets/{name}/versions?olderThan={Uri.EscapeDataString(time)}"), HttpStatusCode.BadRequest);

        Assert.Equal("wrongType", refused.Code);
        Assert.Contains("such as 2026-01-01T00:00:00Z", refused.Detail, StringComparison.Ordinal);
        Assert.Equal([2, 1], await Listed(name));
    }

    [Theory]
    [InlineData("2099-01-01")]
    [InlineData("2099-01-01T10:30Z")]
    [InlineData("2099-01-01T00:00:00+02:00")]
    [InlineData("2099-01-01T00:00:00.25")]
    public async Task A_time_is_iso_8601(string time)
    {
        var name = await Grow(versions: 2);

        using var response = await _http.DeleteAsync($"/api/v1/datasets/{name}/versions?olderThan={Uri.EscapeDataString(time)}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([2], await Listed(name));
    }

    [Fact]
    public async Task Datasets_and_versions_are_listed_in_pages()
    {
        var name = await Grow(versions: 3);

        var first = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/versions?pageSize=2");
        var second = await _http.GetFromJsonAsync<JsonElement>(
            $"/api/v1/datasets/{name}/versions?pageSize=2&pageToken={first.GetProperty("nextPageToken")}");

        Assert.Equal([3, 2], Numbers(first));
        Assert.Equal([1], Numbers(second));
        var datasets = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets?pageSize=1000");
        var listed = datasets.GetProperty("items").EnumerateArray().Single(dataset => dataset.GetProperty("name").GetString() == name);
        Assert.Equal((3, 6), (listed.GetProperty("version").GetInt32(), listed.GetProperty("rows").GetInt32()));
    }

    /// <summary>Uploads a dataset with two rows, and appends two more for each further version.</summary>
    private async Task<string> Grow(int versions)
    {
        var name = await _http.Upload("a,b\n1,2\n3,5\n");
        for (var number = 2; number <= versions; number++)
        {
            await _http.AppendCsv(name, $"a,b\n{number},4\n7,8\n").Read(HttpStatusCode.Created);
        }

        return name;
    }

    private async Task<string> Remove(string name, string olderThan)
    {
        using var response = await _http.DeleteAsync($"/api/v1/datasets/{name}/versions?olderThan={olderThan}");
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<List<int>> Listed(string name) =>
        Numbers(await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/versions"));

    private static List<int> Numbers(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(version => version.GetProperty("version").GetInt32())];

    private sealed class ShiftedTime(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
    }
}
