using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using Velodrome.Api.Runs;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Worker;

namespace Velodrome.Api.Tests.Runs.Pictures;

public sealed class PictureTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task The_curves_are_drawn_with_the_best_epoch_where_it_is()
    {
        var run = await _http.Train(RunCalls.Lesson, json => json["name"] = "<b>fifty</b> & \u0001 more");

        var answer = await _http.GetAsync($"/api/v1/runs/{run.Id()}/curve.svg?width=800&height=400");

        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType?.MediaType);
        var picture = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        Assert.Equal("<b>fifty</b> & \uFFFD more", picture.Element(Svg + "title")!.Value);
        var epochs = run.GetProperty("progress").GetProperty("epoch").GetInt32();
        foreach (var curve in new[] { "train", "validation" })
        {
            Assert.Equal(epochs + 1, Points(picture, curve).Length);
        }

        var dot = picture.Elements(Svg + "circle").Single();
        var best = Points(picture, "validation")[run.GetProperty("bestEpoch").GetInt32()];
        Assert.Equal(best, (Number(dot, "cx"), Number(dot, "cy")));
        Assert.Equal(Points(picture, "validation").Max(point => point.Y), best.Y); // the lowest loss is the lowest point
    }

    [Fact]
    public async Task A_logarithmic_picture_has_powers_of_ten_beside_it()
    {
        var run = await _http.Train(RunCalls.Lesson);

        var picture = XDocument.Parse(await _http.GetStringAsync($"/api/v1/runs/{run.Id()}/curve.svg?log=true")).Root!;

        Assert.Superset(new HashSet<string> { "0.01", "1", "100" }, picture.Elements(Svg + "text").Select(text => text.Value).ToHashSet());
    }

    [Fact]
    public async Task A_run_without_an_epoch_has_a_picture_that_says_so()
    {
        var failed = await _http.Train(RunCalls.Lesson, json => json["training"] = new System.Text.Json.Nodes.JsonObject { ["optimizer"] = "sgd", ["learningRate"] = 10, ["epochs"] = 1 });
        Assert.Contains("</svg>", await _http.GetStringAsync($"/api/v1/runs/{failed.Id()}/curve.svg"), StringComparison.Ordinal);
        Assert.Equal("outOfRange", (await Refused.Read(await _http.GetAsync($"/api/v1/runs/{failed.Id()}/curve.svg?width=1"), HttpStatusCode.BadRequest)).Code);
        Assert.Equal("runNotFound", (await Refused.Read(await _http.GetAsync("/api/v1/runs/0/curve.svg"), HttpStatusCode.NotFound)).Code);
    }

    [Fact]
    public async Task Sparklines_are_a_few_points_from_the_first_epoch_to_the_last()
    {
        var run = await _http.Train(RunCalls.Lesson, json => json["earlyStopping"] = null);
        var history = await _http.History(run.Id());

        var sparklines = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/sparklines?ids={run.Id()},999999&points=8");

        var points = Assert.Single(sparklines.EnumerateArray()).GetProperty("validationLoss").EnumerateArray().Select(point => point.GetDouble()).ToArray();
        Assert.Equal([history[1], history[8], history[15], history[22], history[29], history[36], history[43], history[50]], points.Select(point => history.Single(epoch => epoch.Validation == point)));
        Assert.Equal("wrongType", (await Refused.Read(await _http.GetAsync("/api/v1/runs/sparklines?ids=one"), HttpStatusCode.BadRequest)).Code);
        Assert.Equal("tooManyRuns", (await Refused.Read(await _http.GetAsync($"/api/v1/runs/sparklines?ids={string.Join(',', Enumerable.Range(1, 201))}"), HttpStatusCode.BadRequest)).Code);
    }

    private static (double X, double Y)[] Points(XElement picture, string curve) =>
        [.. picture.Elements(Svg + "path").First(path => path.Attribute("class")!.Value == curve && path.Attribute("d")!.Value.Contains('L')).Attribute("d")!.Value
            .Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries).Select(point => point.Split(' ')).Select(point => (double.Parse(point[0]), double.Parse(point[1])))];

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value);
}
