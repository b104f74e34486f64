using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Velodrome.Api.Tests.Datasets;

public sealed class BundledDatasetTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Study_hours_is_the_table_of_the_lesson() => Assert.Equal(
        "hours,score\n1,45\n2,55\n3,62\n4,71\n5,80\n6,85\n7,91\n8,97\n",
        await _http.GetStringAsync("/api/v1/datasets/study-hours/csv"));

    /// <summary>The means are those of R's datasets::iris, which corrects rows 35 and 38 of Fisher's table.</summary>
    [Fact]
    public async Task Iris_is_the_table_of_Fisher_1936()
    {
        var iris = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/iris");
        var means = iris.GetProperty("columns").EnumerateArray().Take(4)
            .Select(column => Math.Round(column.GetProperty("mean").GetDouble(), 6));

        Assert.Equal([5.843333, 3.057333, 3.758, 1.199333], means);
        Assert.Equal(150, iris.GetProperty("rows").GetInt32());
        Assert.Equal(3, iris.GetProperty("columns")[4].GetProperty("distinct").GetInt32());
    }

    [Fact]
    public async Task Noisy_sine_is_a_sine_with_noise()
    {
        var sine = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/noisy-sine/rows?limit=1000");
        var noise = sine.GetProperty("rows").EnumerateArray()
            .Select(row => row.GetProperty("y").GetDouble() - Math.Sin(row.GetProperty("x").GetDouble()))
            .ToList();

        Assert.Equal(300, noise.Count);
        Assert.InRange(Math.Sqrt(noise.Average(value => value * value)), 0.7, 0.9);
    }

    [Fact]
    public async Task A_deleted_bundled_dataset_stays_deleted_after_a_restart()
    {
        using (var first = StartInOwnFolder())
        {
            var http = first.CreateClient();
            Assert.Equal(["iris", "noisy-sine", "study-hours"], await Names(http));
            Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync("/api/v1/datasets/iris")).StatusCode);
        }

        using (var second = StartInOwnFolder())
        {
            var http = second.CreateClient();
            Assert.Equal(["noisy-sine", "study-hours"], await Names(http));
            await http.PostCsv("iris", "mine,too\n1,2\n");
        }

        using var third = StartInOwnFolder();
        Assert.Equal(["iris", "noisy-sine", "study-hours"], await Names(third.CreateClient()));
        Assert.Equal("mine,too\n1,2\n", await third.CreateClient().GetStringAsync("/api/v1/datasets/iris/csv"));
    }

    private WebApplicationFactory<Program> StartInOwnFolder() =>
        app.WithWebHostBuilder(builder => builder.UseSetting("DataFolder", Path.Combine(app.DataFolder, "restarted")));

    private static async Task<IEnumerable<string?>> Names(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonElement>("/api/v1/datasets")).GetProperty("items").EnumerateArray()
            .Select(dataset => dataset.GetProperty("name").GetString()).Order();
}
