using System.Net;
using System.Text.Json.Nodes;
using Velodrome.Api.Tests.Datasets;

namespace Velodrome.Api.Tests.Runs;

public sealed class RunRefusalTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task A_run_without_validation_is_refused_with_the_json_to_add()
    {
        foreach (var validation in new[] { "", """, "validation": null""" })
        {
            var request = $$"""{ "dataset": "study-hours", "target": "score" {{validation}} }""";
            var refused = await Refused.Read(await _http.Post("/api/v1/runs", request), HttpStatusCode.BadRequest);

            Assert.Equal(("validationRequired", "validation"), (refused.Code, refused.Errors[0].Field));
            Assert.Contains("""{ "split": "random", "fraction": 0.2 }""", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("unknownDataset", "dataset", "study-hours", """ "dataset": "study-hour" """)]
    [InlineData("unknownColumn", "target", "Did you mean 'score'", """ "target": "scor" """)]
    [InlineData("unknownColumn", "features[0]", "Did you mean 'hours'", """ "features": ["hour"] """)]
    [InlineData("targetAmongFeatures", "features[1]", "score", """ "features": ["hours", "score"] """)]
    [InlineData("duplicateFeature", "features[1]", "hours", """ "features": ["hours", "hours"] """)]
    [InlineData("unknownColumn", "weightColumn", "Did you mean 'hours'", """ "weightColumn": "hour" """)]
    [InlineData("targetAsWeight", "weightColumn", "score", """ "weightColumn": "score" """)]
    [InlineData("wrongType", "weightColumn", "", """ "weightColumn": 1 """)]
    [InlineData("wrongLength", "features", "", """ "features": [] """)]
    [InlineData("unknownField", "training.epoch", "epochs", """ "training": { "epoch": 10 } """)]
    [InlineData("unknownField", "validation.fractoin", "fraction", """ "validation": { "split": "last", "fractoin": 0.2 } """)]
    [InlineData("wrongType", "training.epochs", "", """ "training": { "epochs": "ten" } """)]
    [InlineData("wrongType", "training.epochs", "", """ "training": { "epochs": 99999999999 } """)]
    [InlineData("outOfRange", "training.epochs", "1000000", """ "training": { "epochs": 0 } """)]
    [InlineData("outOfRange", "training.learningRate", "10", """ "training": { "learningRate": 1e30 } """)]
    [InlineData("outOfRange", "network.hidden", "4096", """ "network": { "hidden": [16, 0] } """)]
    [InlineData("wrongLength", "network.hidden", "16", """ "network": { "hidden": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1] } """)]
    [InlineData("outOfRange", "network.dropout", "0.9", """ "network": { "dropout": 1 } """)]
    [InlineData("unknownValue", "encoding.numbers", "piecewise", """ "encoding": { "numbers": "periodic" } """)]
    [InlineData("outOfRange", "encoding.bins", "64", """ "encoding": { "numbers": "piecewise", "bins": 65 } """)]
    [InlineData("outOfRange", "encoding.bins", "2", """ "encoding": { "numbers": "piecewise", "bins": 1 } """)]
    [InlineData("notApplicable", "encoding.bins", "piecewise", """ "encoding": { "numbers": "plain", "bins": 8 } """)]
    [InlineData("notApplicable", "encoding.dates", "No feature is a date", """ "encoding": { "dates": "calendar" } """)]
    [InlineData("notApplicable", "encoding.bins", "auto", """ "encoding": { "bins": 8 } """)]
    [InlineData("outOfRange", "validation.fraction", "0.9", """ "validation": { "split": "last", "fraction": 1 } """)]
    [InlineData("outOfRange", "earlyStopping.patience", "", """ "earlyStopping": { "patience": 0 } """)]
    [InlineData("outOfRange", "earlyStopping.startFromEpoch", "50", """ "earlyStopping": { "startFromEpoch": 51 } """)]
    [InlineData("notApplicable", "training.momentum", "sgd", """ "training": { "momentum": 0.5 } """)]
    [InlineData("notApplicable", "training.warmupFraction", "warmupCosine", """ "training": { "warmupFraction": 0.1 } """)]
    [InlineData("outOfRange", "training.warmupFraction", "0.5", """ "training": { "schedule": "warmupCosine", "warmupFraction": 1 } """)]
    [InlineData("unknownValue", "training.schedule", "warmupCosine", """ "training": { "schedule": "linear" } """)]
    [InlineData("unknownValue", "preset", "balanced", """ "preset": "better" """)]
    [InlineData("outOfRange", "training.members", "50", """ "training": { "members": 0 } """)]
    [InlineData("outOfRange", "training.members", "50", """ "training": { "members": 1000 } """)]
    [InlineData("notApplicable", "training.loss", "mse", """ "training": { "loss": "crossEntropy" } """)]
    [InlineData("notApplicable", "training.quantile", "loss", """ "training": { "quantile": 0.9 } """)]
    [InlineData("outOfRange", "training.quantile", "0.999", """ "training": { "loss": "quantile", "quantile": 1 } """)]
    [InlineData("outOfRange", "training.quantile", "0.001", """ "training": { "loss": "quantile", "quantile": 0 } """)]
    [InlineData("notApplicable", "training.balanceClasses", "classes", """ "training": { "balanceClasses": true } """)]
    [InlineData("notApplicable", "validation.rows", "last", """ "validation": { "split": "last", "rows": [1] } """)]
    [InlineData("notApplicable", "validation.split", "random", """ "validation": { "split": "stratified" } """)]
    [InlineData("missingField", "validation.rows", "[6, 7]", """ "validation": { "split": "rows" } """)]
    [InlineData("missingField", "validation.split", "", """ "validation": { "fraction": 0.2 } """)]
    [InlineData("unknownRow", "validation.rows[1]", "0 to 7", """ "validation": { "split": "rows", "rows": [1, 8] } """)]
    [InlineData("emptyValidation", "validation", "no row", """ "validation": { "split": "last", "fraction": 0.01 } """)]
    [InlineData("tooFewTrainingRows", "validation", "at least 2", """ "validation": { "split": "rows", "rows": [0,1,2,3,4,5,6] } """)]
    [InlineData("unknownColumn", "validation.column", "hours", """ "validation": { "split": "group", "column": "hour" } """)]
    [InlineData("unknownDataset", "validation.dataset", "iris", """ "validation": { "split": "dataset", "dataset": "irs" } """)]
    [InlineData("otherColumns", "validation.dataset", "hours", """ "validation": { "split": "dataset", "dataset": "iris" } """)]
    public async Task A_request_that_cannot_be_trained_is_refused_by_field(string code, string field, string hint, string change)
    {
        var request = JsonNode.Parse(RunCalls.Lesson)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse($"{{{change}}}")!.AsObject())
        {
            request[name] = value?.DeepClone();
        }

        var refused = await Refused.Read(await _http.Post("/api/v1/runs", request.ToJsonString()), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
        Assert.Contains(hint, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("constantTarget", "target", "a,b\n1,5\n2,5\n3,5\n", """{ "target": "b" }""")]
    [InlineData("constantTarget", "target", "a,b\n1,5\n2,5\n3,6\n4,7\n",
        """{ "target": "b", "validation": { "split": "rows", "rows": [2, 3] } }""")]
    [InlineData("targetNotNumeric", "target", "a,b\n1,x\n2,y\n3,z\n", """{ "target": "b", "task": "regression" }""")]
    [InlineData("targetNotNumeric", "target", "a,b\n1,true\n2,false\n3,true\n", """{ "target": "b", "task": "regression" }""")]
    [InlineData("noFeatures", "features", "b\n1\n2\n3\n", """{ "target": "b" }""")]
    [InlineData("noUsableFeature", "features", "a,b\nx,1\ny,2\nz,3\nw,4\n",
        """{ "target": "b", "features": ["a"], "validation": { "split": "last", "fraction": 0.25 } }""")]
    [InlineData("weightNotNumeric", "weightColumn", "a,b,w\n1,5,x\n2,6,y\n3,7,x\n4,8,y\n", """{ "target": "b", "weightColumn": "w" }""")]
    [InlineData("weightNotNumeric", "weightColumn", "a,b,w\n1,5,true\n2,6,false\n3,7,true\n4,8,true\n",
        """{ "target": "b", "weightColumn": "w" }""")]
    [InlineData("invalidWeight", "weightColumn", "a,b,w\n1,5,1\n2,6,-1\n3,7,1\n4,8,1\n", """{ "target": "b", "weightColumn": "w" }""")]
    [InlineData("invalidWeight", "weightColumn", "a,b,w\n1,5,1\n2,6,1\n3,7,1\n4,8,\n", """{ "target": "b", "weightColumn": "w" }""")]
    [InlineData("zeroWeights", "weightColumn", "a,b,w\n1,5,0\n2,6,0\n3,7,0\n4,8,1\n", """{ "target": "b", "weightColumn": "w" }""")]
    [InlineData("tooFewInClass", "validation.split", "a,b\n1,x\n2,x\n3,y\n",
        """{ "target": "b", "validation": { "split": "stratified" } }""")]
    [InlineData("constantTarget", "target", "a,b\n1,x\n2,x\n3,y\n",
        """{ "target": "b", "validation": { "split": "rows", "rows": [2] } }""")]
    [InlineData("taskMismatch", "task", "a,b\n1,x\n2,x\n3,y\n", """{ "target": "b", "task": "multiclass" }""")]
    [InlineData("unknownClass", "training.classWeights.z", "a,b\n1,x\n2,x\n3,y\n4,y\n5,x\n",
        """{ "target": "b", "training": { "classWeights": { "z": 2 } } }""")]
    [InlineData("emptyValidation", "validation", "g,a,b\nq,1,1\nq,2,2\nq,3,4\n",
        """{ "target": "b", "validation": { "split": "group", "column": "g" } }""")]
    [InlineData("overlappingParts", "validation.rows", "a,b\n1,1\n2,2\n3,4\n4,6\n",
        """{ "target": "b", "validation": { "split": "rows", "rows": [0] }, "test": { "split": "rows", "rows": [0] } }""")]
    public async Task A_dataset_that_cannot_be_trained_on_is_refused(string code, string field, string csv, string request)
    {
        var name = $"t{Guid.NewGuid():N}";
        Assert.Equal(HttpStatusCode.Created, (await _http.PostCsv(name, csv)).StatusCode);
        var json = JsonNode.Parse(request)!.AsObject();
        json["dataset"] = name;
        json["validation"] ??= JsonNode.Parse("""{ "split": "last", "fraction": 0.34 }""");

        var refused = await Refused.Read(await _http.Post("/api/v1/runs", json.ToJsonString()), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
    }

    [Theory]
    [InlineData("GET", "/api/v1/runs/4711")]
    [InlineData("GET", "/api/v1/runs/4711/history")]
    [InlineData("GET", "/api/v1/runs/4711/early-stopping")]
    [InlineData("DELETE", "/api/v1/runs/4711")]
    [InlineData("POST", "/api/v1/runs/4711/cancel")]
    public async Task A_run_that_does_not_exist_is_not_found(string method, string path)
    {
        var refused = await Refused.Read(await _http.SendAsync(new(new HttpMethod(method), path)), HttpStatusCode.NotFound);

        Assert.Equal("runNotFound", refused.Code);
    }

    [Theory]
    [InlineData("outOfRange", "/api/v1/runs?pageSize=0")]
    [InlineData("invalidPageToken", "/api/v1/runs?pageToken=nonsense")]
    [InlineData("wrongType", "/api/v1/runs?status=sleeping")]
    [InlineData("wrongType", "/api/v1/runs?verdict=Healthy")]
    [InlineData("wrongType", "/api/v1/runs?orderBy=worst")]
    [InlineData("outOfRange", "/api/v1/runs/1/history?maxPoints=2")]
    [InlineData("wrongType", "/api/v1/runs/1/history?after=x")]
    public async Task An_invalid_query_is_refused(string code, string path) =>
        Assert.Equal(code, (await Refused.Read(await _http.GetAsync(path), HttpStatusCode.BadRequest)).Code);
}
