using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Api.Tests.Datasets.Versions;

namespace Velodrome.Api.Tests.Runs;

/// <summary>A run names the version that it is trained on, and keeps it.</summary>
public sealed class DatasetVersionTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string Table = "hours,score\n1,45\n2,55\n3,62\n4,70\n5,74\n6,80\n7,85\n8,88\n";

    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task A_run_keeps_its_version_when_rows_are_appended()
    {
        var name = await _http.Upload(Table);
        var before = await _http.Train(RunCalls.Lesson, OnDataset(name));
        await _http.AppendCsv(name, "hours,score\n9,91\n10,93\n").Read(HttpStatusCode.Created);

        var after = await _http.Train(RunCalls.Lesson, OnDataset(name));
        var again = await _http.Train(RunCalls.Lesson, OnDataset(name, version: 1));
        var continued = await _http.Ended((await _http.Post($"/api/v1/runs/{before.Id()}/continue", """{ "additionalEpochs": 1 }""")
            .Read(HttpStatusCode.Accepted)).Id());

        Assert.Equal([1, 2, 1, 1], new[] { before, after, again, continued }.Select(VersionOf));
        Assert.Equal(6, TrainingRows(before));
        Assert.True(TrainingRows(after) > 6);
        Assert.Equal(before.Text("weightsSha256"), again.Text("weightsSha256"));
        Assert.Equal(await _http.History(before.Id()), await _http.History(again.Id()));
        var differing = (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/compare?ids={before.Id()},{after.Id()}"))
            .GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("path").GetString());
        Assert.Contains("datasetVersion", differing);
        var versions = (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/versions")).GetProperty("items");
        Assert.Equal([(2, 10, 1), (1, 8, 3)], versions.EnumerateArray().Select(version =>
            (version.GetProperty("version").GetInt32(), version.GetProperty("rows").GetInt32(), version.GetProperty("runs").GetInt32())));
    }

    [Fact]
    public async Task The_last_rows_are_those_that_were_appended()
    {
        var name = await _http.Upload(Table);
        await _http.AppendCsv(name, "hours,score\n9,91\n10,93\n").Read(HttpStatusCode.Created);

        var run = await _http.Train(RunCalls.Lesson, request =>
        {
            OnDataset(name)(request);
            request["validation"] = new JsonObject { ["split"] = "last", ["fraction"] = 0.2 };
        });

        var points = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run.Id()}/predicted-vs-actual");
        Assert.Equal([(8, 91), (9, 93)], points.GetProperty("validation").EnumerateArray().Select(point =>
            (point.GetProperty("row").GetInt32(), point.GetProperty("actual").GetInt32())));
    }

    [Fact]
    public async Task A_validation_dataset_has_a_version_too()
    {
        var (name, validation) = (await _http.Upload(Table), await _http.Upload(Table));
        await _http.AppendCsv(validation, "hours,score\n9,91\n").Read(HttpStatusCode.Created);

        var newest = await _http.Train(RunCalls.Lesson, With(version: null));
        var first = await _http.Train(RunCalls.Lesson, With(version: 1));

        Assert.Equal((9, 2), (ValidationRows(newest), ValidationVersion(newest)));
        Assert.Equal((8, 1), (ValidationRows(first), ValidationVersion(first)));

        Action<JsonObject> With(int? version) => request =>
        {
            OnDataset(name)(request);
            request["validation"] = new JsonObject { ["split"] = "dataset", ["dataset"] = validation };
            if (version is not null)
            {
                request["validation"]!["datasetVersion"] = version;
            }
        };

        static int ValidationRows(JsonElement run) => run.GetProperty("split").GetProperty("validation").GetInt32();

        static int ValidationVersion(JsonElement run) =>
            run.GetProperty("spec").GetProperty("validation").GetProperty("datasetVersion").GetInt32();
    }

    [Theory]
    [InlineData("""{ "datasetVersion": 2 }""", "unknownVersion", "datasetVersion")]
    [InlineData("""{ "datasetVersion": 0 }""", "outOfRange", "datasetVersion")]
    [InlineData("""{ "validation": { "split": "last", "datasetVersion": 1 } }""", "notApplicable", "validation.datasetVersion")]
    [InlineData("""{ "validation": { "split": "dataset", "dataset": "study-hours", "datasetVersion": 9 } }""", "unknownVersion",
        "validation.datasetVersion")]
    public async Task Versions_that_do_not_exist_or_do_not_apply_are_refused(string change, string code, string field)
    {
        var request = JsonNode.Parse(RunCalls.Lesson)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            request[name] = value?.DeepClone();
        }

        var refused = await Refused.Read(await _http.Post("/api/v1/runs", request.ToJsonString()), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
    }

    private static Action<JsonObject> OnDataset(string name, int? version = null) => request =>
    {
        request["dataset"] = name;
        if (version is not null)
        {
            request["datasetVersion"] = version;
        }
    };

    private static int VersionOf(JsonElement run) => run.GetProperty("spec").GetProperty("datasetVersion").GetInt32();

    private static int TrainingRows(JsonElement run) => run.GetProperty("split").GetProperty("train").GetInt32();
}
