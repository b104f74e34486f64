using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Tests.Runs;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Datasets;

/// <summary>Datasets of versions that stored no reading.</summary>
public sealed class StoredWithoutReadingTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task A_dataset_without_a_reading_is_read_trained_on_and_predicted_as_before()
    {
        await _http.PostCsv("older", "town,size,price\n" + string.Concat(Enumerable.Range(1, 40).Select(i =>
            $"{(i % 2 == 0 ? "\" Riga\"" : "Gent")},{i},{3 * i}\n")));
        await Forget("older");

        var rows = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/older/rows");
        var run = (await _http.Train("""
            { "dataset": "older", "target": "price", "validation": { "split": "random" }, "training": { "epochs": 3 } }
            """)).Id();
        var predicted = await _http.Post(
            $"/api/v1/runs/{run}/predictions", """{ "rows": [{ "town": " Riga", "size": 3 }, { "town": "Riga", "size": 3 }] }""");

        Assert.Equal(" Riga", rows.GetProperty("rows")[1].GetProperty("town").GetString()); // spaces in quotes were kept
        var predictions = (await predicted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("predictions");
        Assert.Empty(predictions[0].GetProperty("warnings").EnumerateArray());
        Assert.Equal("unseenCategory", predictions[1].GetProperty("warnings")[0].GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null,
            (await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/older")).GetProperty("reading").ValueKind);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("/api/v1/datasets/older/csv")).StatusCode);
    }

    /// <summary>Leaves the dataset's row as an earlier version has stored it: names and kinds of the columns, and no reading.</summary>
    private async Task Forget(string name)
    {
        await using var database = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        await database.Database.ExecuteSqlAsync($"UPDATE \"Datasets\" SET \"Reading\" = NULL WHERE \"Name\" = {name}");
    }
}
