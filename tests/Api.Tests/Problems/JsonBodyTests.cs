using System.Net;
using System.Text;

namespace Velodrome.Api.Tests.Problems;

/// <summary>What is wrong with a JSON body, on the example of a run's.</summary>
public sealed class JsonBodyTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("unknownField", "training.epoch", "Did you mean 'epochs'?", """{ "dataset": "iris", "target": "x", "training": { "epoch": 10 } }""")]
    [InlineData("unknownField", "epochs", "Did you mean training.epochs?", """{ "dataset": "iris", "target": "x", "epochs": 10 }""")] // one level too high
    [InlineData("unknownValue", "training.optimizer", "Did you mean 'adam'?", """{ "dataset": "iris", "target": "x", "training": { "optimizer": "adm" } }""")]
    [InlineData("wrongType", "training.epochs", "a whole number", """{ "dataset": "iris", "target": "x", "training": { "epochs": "ten" } }""")]
    [InlineData("wrongType", "training.epochs", "a whole number", """{ "dataset": "iris", "target": "x", "training": { "epochs": 1.5 } }""")]
    [InlineData("wrongType", "training.epochs", "2147483647", """{ "dataset": "iris", "target": "x", "training": { "epochs": 3000000000 } }""")]
    [InlineData("wrongType", "training.learningRate", "a number", """{ "dataset": "iris", "target": "x", "training": { "learningRate": "NaN" } }""")]
    [InlineData("wrongType", "network.hidden[1]", "a whole number", """{ "dataset": "iris", "target": "x", "network": { "hidden": [8, "x"] } }""")]
    [InlineData("wrongType", "training", "an object", """{ "dataset": "iris", "target": "x", "training": [] }""")]
    [InlineData("wrongType", null, "an object", "[]")]
    [InlineData("outOfRange", "training.learningRate", "1e999", """{ "dataset": "iris", "target": "x", "training": { "learningRate": 1e999 } }""")]
    [InlineData("duplicateField", "training.epochs", "twice", """{ "dataset": "iris", "target": "x", "training": { "epochs": 1, "epochs": 2 } }""")]
    [InlineData("missingField", "target", "a text", """{ "dataset": "iris" }""")]
    [InlineData("nullNotAllowed", "dataset", "a text", """{ "dataset": null, "target": "x" }""")]
    [InlineData("malformedJson", null, "line 2, column 3", "{ \"dataset\": \"iris\",\n  oops }")]
    [InlineData("emptyBody", null, "send a JSON object", "")]
    [InlineData("emptyBody", null, "send a JSON object", "null")]
    public async Task A_body_that_does_not_fit_is_refused_by_field(string code, string? field, string hint, string json)
    {
        var refused = await Refused.Read(await Post(json), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
        Assert.Contains(hint, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_does_not_fit_is_told_at_once()
    {
        var refused = await Refused.Read(await Post("""{ "target": 1, "training": { "epoch": 10, "seed": true } }"""), HttpStatusCode.BadRequest);

        Assert.Equal(["target", "training.epoch", "training.seed", "dataset"], refused.Errors.Select(error => error.Field));
    }

    [Fact]
    public async Task Values_out_of_range_are_told_with_the_range()
    {
        var refused = await Refused.Read(await Post("""
            { "dataset": "iris", "target": "x", "validation": { "split": "last", "fraction": 25 }, "training": { "epochs": 0 } }
            """), HttpStatusCode.BadRequest);

        Assert.Equal(["validation.fraction", "training.epochs"], refused.Errors.Select(error => error.Field));
        Assert.All(refused.Errors, error => Assert.Equal("outOfRange", error.Code));
        Assert.Contains("between 0.001 and 0.9. It is 25.", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_content_type_than_json_is_refused() =>
        Assert.Equal("unsupportedMediaType", (await Refused.Read(
            await _http.PostAsync("/api/v1/runs", new StringContent("{}", Encoding.UTF8, "text/plain")), HttpStatusCode.UnsupportedMediaType)).Code);

    private Task<HttpResponseMessage> Post(string json) => _http.PostAsync("/api/v1/runs", new StringContent(json, Encoding.UTF8, "application/json"));
}
