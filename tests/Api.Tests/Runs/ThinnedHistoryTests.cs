using System.Text.Json;
using Velodrome.Api.Tests.Postgres;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Runs;

/// <summary>SQLite and PostgreSQL choose the epochs of a thinned history in SQL.</summary>
public sealed class ThinnedHistoryTests
{
    [Fact]
    public async Task Each_stretch_is_represented_by_its_lowest_validation_loss()
    {
        using var app = new VelodromeApp();
        await AssertMinima(app);
    }

    [PostgresFact]
    public async Task Each_stretch_is_represented_by_its_lowest_validation_loss_on_postgres()
    {
        using var app = new PostgresApp();
        await AssertMinima(app);
    }

    private static async Task AssertMinima(VelodromeApp app)
    {
        var http = app.CreateClient();
        var run = await http.Train(RunCalls.Lesson, json =>
        {
            json["earlyStopping"] = null;
            json["training"]!["epochs"] = 100;
            json["training"]!["learningRate"] = 0.1; // makes the curves jump
        });
        var whole = await http.History(run.Id());

        // Between the first and the last epoch there are 99 in 9 stretches, or 39 in 3 after epoch 59.
        Assert.Equal(Minima(whole, 11), await Thinned(http, $"/api/v1/runs/{run.Id()}/history?maxPoints=11"));
        Assert.Equal(Minima(whole[60..], 13), await Thinned(http, $"/api/v1/runs/{run.Id()}/history?maxPoints=5&after=59"));
        Assert.Equal(whole, await Thinned(http, $"/api/v1/runs/{run.Id()}/history?maxPoints=101"));
        Assert.Equal(whole[100..], await Thinned(http, $"/api/v1/runs/{run.Id()}/history?maxPoints=3&after=99"));
        Assert.Empty(await Thinned(http, $"/api/v1/runs/{run.Id()}/history?maxPoints=3&after=100"));
    }

    private static (int Epoch, double? Train, double? Validation)[] Minima(
        (int Epoch, double? Train, double? Validation)[] epochs, int stretch) =>
        [epochs[0], .. epochs[1..^1].Chunk(stretch).Select(part => part.MinBy(epoch => epoch.Validation)), epochs[^1]];

    private static async Task<(int Epoch, double? Train, double? Validation)[]> Thinned(HttpClient http, string path)
    {
        var history = JsonDocument.Parse(await http.GetStringAsync(path)).RootElement;
        return
        [
            .. history.GetProperty("epochs").EnumerateArray().Select(epoch => (
                epoch.GetProperty("epoch").GetInt32(),
                (double?)epoch.GetProperty("trainLoss").GetDouble(),
                (double?)epoch.GetProperty("validationLoss").GetDouble())),
        ];
    }
}
