using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Velodrome.Api.Tests.Postgres;
using Velodrome.Api.Tests.Runs;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Comparison;

public sealed class ComparisonTests(VelodromeApp app, PostgresApp postgres) : IClassFixture<VelodromeApp>, IClassFixture<PostgresApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public Task Long_curves_are_thinned_at_epochs_that_all_runs_share() => ThinnedCurvesAreAligned(_http);

    [PostgresFact]
    public Task Long_curves_are_thinned_at_epochs_that_all_runs_share_on_postgres() => ThinnedCurvesAreAligned(postgres.CreateClient());

    [Fact]
    public async Task Short_curves_are_shown_whole_and_the_difference_has_an_interval()
    {
        var (first, second) = (await Train(seed: 1, epochs: 5), await Train(seed: 2, epochs: 8));

        var comparison = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/compare?ids={first},{second}");

        Assert.Equal(Enumerable.Range(0, 9), Epochs(comparison));
        Assert.Equal((await _http.History(second)).Select(epoch => epoch.Validation), Curve(comparison, 1));
        Assert.Equal([.. (await _http.History(first)).Select(epoch => epoch.Validation), null, null, null], Curve(comparison, 0));
        var difference = comparison.GetProperty("differences").EnumerateArray().Single();
        Assert.Equal((second, first), (difference.GetProperty("runId").GetInt64(), difference.GetProperty("comparedWith").GetInt64()));
        var (low, high) = (difference.GetProperty("low").GetDouble(), difference.GetProperty("high").GetDouble());
        Assert.InRange(difference.GetProperty("difference").GetDouble(), low, high);
        Assert.Equal(
            ["training.epochs", "training.seed"],
            comparison.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Runs_on_different_rows_are_not_compared()
    {
        var (first, second) = (await Train(seed: 1, epochs: 2), (await _http.Train(RunCalls.Lesson)).Id());

        var comparison = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/compare?ids={first},{second}");

        Assert.False(comparison.GetProperty("comparable").GetBoolean());
        Assert.Contains("'score' (regression)", comparison.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Empty(comparison.GetProperty("differences").EnumerateArray());
    }

    [Fact]
    public async Task Runs_of_one_quantile_are_compared_by_its_loss_and_runs_of_different_quantiles_are_not()
    {
        var (low, high, other) = (await TrainQuantile(0.1, seed: 1), await TrainQuantile(0.9, seed: 1), await TrainQuantile(0.9, seed: 2));

        var different = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/compare?ids={low},{high}");
        var same = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/compare?ids={high},{other}");

        Assert.False(different.GetProperty("comparable").GetBoolean());
        Assert.Contains("the 0.9 quantile of 'y'", different.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Empty(different.GetProperty("differences").EnumerateArray());
        var difference = same.GetProperty("differences").EnumerateArray().Single();
        Assert.Equal("quantile", difference.Text("loss"));
        Assert.NotEqual(0, difference.GetProperty("difference").GetDouble());
    }

    [Theory]
    [InlineData("compare?ids=1", "tooFewRuns")]
    [InlineData("compare?ids=,", "tooFewRuns")]
    [InlineData("compare?ids=1,2,3,4,5,6,7,8,9,10,11", "tooManyRuns")]
    [InlineData("compare?ids=1,2,1", "duplicateRun")]
    [InlineData("compare?ids=1,-2", "wrongType")]
    [InlineData("compare?ids=1,two", "wrongType")]
    [InlineData("sparklines?ids=1,two", "wrongType")]
    public async Task Invalid_lists_of_run_ids_are_refused(string path, string code)
    {
        var refused = await Refused.Read(await _http.GetAsync($"/api/v1/runs/{path}"), HttpStatusCode.BadRequest);

        Assert.Equal((code, "ids"), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_run_that_does_not_exist_is_refused()
    {
        var refused = await Refused.Read(await _http.GetAsync("/api/v1/runs/compare?ids=998,999"), HttpStatusCode.NotFound);

        Assert.Equal("runNotFound", refused.Code);
    }

    private static async Task ThinnedCurvesAreAligned(HttpClient http)
    {
        var (first, second) = (await Train(http, seed: 1, epochs: 100), await Train(http, seed: 2, epochs: 200));
        var histories = new[] { await http.History(first), await http.History(second) };

        var comparison = await http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/compare?ids={first},{second}&maxPoints=20");

        var epochs = Epochs(comparison);
        Assert.InRange(epochs.Length, 10, 22);
        Assert.Equal(epochs.Order().Distinct(), epochs);
        for (var run = 0; run < 2; run++)
        {
            var history = histories[run];
            Assert.Equal(epochs.Select(epoch => epoch < history.Length ? history[epoch].Validation : null), Curve(comparison, run));
            Assert.Superset(new HashSet<int> { 0, history.MinBy(epoch => epoch.Validation).Epoch, history.Length - 1 }, epochs.ToHashSet());
        }
    }

    private Task<long> Train(int seed, int epochs) => Train(_http, seed, epochs);

    private static async Task<long> Train(HttpClient http, int seed, int epochs) => (await http.Train($$"""
        { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" },
          "training": { "epochs": {{epochs}}, "seed": {{seed}} }, "earlyStopping": null }
        """)).Id();

    private async Task<long> TrainQuantile(double quantile, int seed) => (await _http.Train($$"""
        { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" },
          "training": { "epochs": 3, "seed": {{seed}}, "loss": "quantile", "quantile": {{quantile}} } }
        """)).Id();

    private static int[] Epochs(JsonElement comparison) =>
        [.. comparison.GetProperty("curves").GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetInt32())];

    private static IEnumerable<double?> Curve(JsonElement comparison, int run) =>
        comparison.GetProperty("curves").GetProperty("runs")[run].GetProperty("validationLoss").EnumerateArray()
            .Select(loss => loss.ValueKind == JsonValueKind.Null ? (double?)null : loss.GetDouble());
}
