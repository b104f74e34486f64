using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Velodrome.Api.Tests.Problems;

/// <summary>Tests how the service explains a JSON body that does not fit, with the request for a run as the example.</summary>
public sealed class JsonBodyTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("unknownField", "training.epoch", "Did you mean 'epochs'?", """ "training": { "epoch": 10 } """)]
    [InlineData("unknownField", "epochs", "Did you mean training.epochs?", """ "epochs": 10 """)] // one level too high
    [InlineData("unknownValue", "training.optimizer", "Did you mean 'adam'?", """ "training": { "optimizer": "adm" } """)]
    [InlineData("wrongType", "training.epochs", "a whole number", """ "training": { "epochs": "ten" } """)]
    [InlineData("wrongType", "training.epochs", "a whole number", """ "training": { "epochs": 1.5 } """)]
    [InlineData("wrongType", "training.epochs", "2147483647", """ "training": { "epochs": 3000000000 } """)]
    [InlineData("wrongType", "training.learningRate", "a number", """ "training": { "learningRate": "NaN" } """)]
    [InlineData("wrongType", "network.hidden[1]", "a whole number", """ "network": { "hidden": [8, "x"] } """)]
    [InlineData("wrongType", "training", "an object", """ "training": [] """)]
    [InlineData("outOfRange", "training.learningRate", "1e999", """ "training": { "learningRate": 1e999 } """)]
    [InlineData("duplicateField", "training.epochs", "twice", """ "training": { "epochs": 1, "epochs": 2 } """)]
    public async Task A_member_that_does_not_fit_is_refused_by_field(string code, string field, string hint, string member) =>
        await AssertRefused(code, field, hint, $$"""{ "dataset": "iris", "target": "x", {{member}} }""");

    [Theory]
    [InlineData("wrongType", null, "an object", "[]")]
    [InlineData("missingField", "target", "a string", """{ "dataset": "iris" }""")]
    [InlineData("nullNotAllowed", "dataset", "a string", """{ "dataset": null, "target": "x" }""")]
    [InlineData("malformedJson", null, "line 2, column 3", "{ \"dataset\": \"iris\",\n  oops }")]
    [InlineData("emptyBody", null, "Send a JSON object", "")]
    [InlineData("emptyBody", null, "Send a JSON object", "null")]
    public async Task A_body_that_does_not_fit_is_refused(string code, string? field, string hint, string json) =>
        await AssertRefused(code, field, hint, json);

    [Fact]
    public async Task Everything_that_does_not_fit_is_reported_in_one_response()
    {
        var response = await Post("""{ "target": 1, "training": { "epoch": 10, "seed": true } }""");
        var refused = await Refused.Read(response, HttpStatusCode.BadRequest);

        Assert.Equal(["target", "training.epoch", "training.seed", "dataset"], refused.Errors.Select(error => error.Field));
    }

    [Fact]
    public async Task Values_out_of_range_are_reported_with_the_range()
    {
        var response = await Post("""
            { "dataset": "iris", "target": "x", "validation": { "split": "last", "fraction": 25 }, "training": { "epochs": 0 } }
            """);
        var refused = await Refused.Read(response, HttpStatusCode.BadRequest);

        Assert.Equal(["validation.fraction", "training.epochs"], refused.Errors.Select(error => error.Field));
        Assert.All(refused.Errors, error => Assert.Equal("outOfRange", error.Code));
        Assert.Contains("between 0.001 and 0.9. It is 25.", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task A_body_of_any_size_and_without_a_length_is_explained(int rows)
    {
        var json = new JsonObject
        {
            ["dataset"] = "iris",
            ["target"] = "x",
            ["validation"] = new JsonObject { ["split"] = "rows", ["rows"] = new JsonArray([.. Enumerable.Range(0, rows)]) },
            ["training"] = new JsonObject { ["epoch"] = 10 },
        }.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/runs")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
            Headers = { TransferEncodingChunked = true },
        };

        var refused = await Refused.Read(await _http.SendAsync(request), HttpStatusCode.BadRequest);

        Assert.Equal(("unknownField", "training.epoch"), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_content_type_other_than_json_is_refused()
    {
        var response = await _http.PostAsync("/api/v1/runs", new StringContent("{}", Encoding.UTF8, "text/plain"));

        Assert.Equal("unsupportedMediaType", (await Refused.Read(response, HttpStatusCode.UnsupportedMediaType)).Code);
    }

    private async Task AssertRefused(string code, string? field, string hint, string json)
    {
        var refused = await Refused.Read(await Post(json), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
        Assert.Contains(hint, refused.Detail, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> Post(string json) =>
        _http.PostAsync("/api/v1/runs", new StringContent(json, Encoding.UTF8, "application/json"));
}
