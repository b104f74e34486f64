using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Api.Tests.Datasets;

public sealed class BundledDatasetTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Study_hours_is_the_lessons_table() =>
        Assert.Equal("hours,score\n1,45\n2,55\n3,62\n4,71\n5,80\n6,85\n7,91\n8,97\n", await _http.GetStringAsync("/api/v1/datasets/study-hours/csv"));

    /// <summary>Fisher 1936, with the corrections to rows 35 and 38 that R has: the means are those of R's datasets::iris.</summary>
    [Fact]
    public async Task Iris_is_fishers()
    {
        var iris = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/iris");
        var means = iris.GetProperty("columns").EnumerateArray().Take(4).Select(column => Math.Round(column.GetProperty("mean").GetDouble(), 6));

        Assert.Equal([5.843333, 3.057333, 3.758, 1.199333], means);
        Assert.Equal((150, 3), (iris.GetProperty("rows").GetInt32(), iris.GetProperty("columns")[4].GetProperty("distinct").GetInt32()));
    }

    [Fact]
    public async Task Noisy_sine_is_a_sine_with_noise()
    {
        var sine = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/noisy-sine/rows?limit=1000");
        var noise = sine.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("y").GetDouble() - Math.Sin(row.GetProperty("x").GetDouble())).ToList();

        Assert.Equal(300, noise.Count);
        Assert.InRange(Math.Sqrt(noise.Average(value => value * value)), 0.7, 0.9);
    }
}
