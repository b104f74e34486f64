using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Velodrome.Api.Tests.Runs.Pictures;

public sealed class PictureTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task The_best_epoch_is_marked_on_the_validation_curve()
    {
        var run = await _http.Train(RunCalls.Lesson, json => json["name"] = "<b>fifty</b> & \u0001 more");

        var response = await _http.GetAsync($"/api/v1/runs/{run.Id()}/curve.svg?width=800&height=400");

        Assert.Equal("image/svg+xml", response.Content.Headers.ContentType?.MediaType);
        var picture = XDocument.Parse(await response.Content.ReadAsStringAsync()).Root!;
        Assert.Equal("<b>fifty</b> & \uFFFD more", picture.Element(Svg + "title")!.Value);
        var epochs = run.GetProperty("progress").GetProperty("epoch").GetInt32();
        foreach (var curve in new[] { "train", "validation" })
        {
            Assert.Equal(epochs + 1, Points(picture, curve).Length);
        }

        var dot = picture.Elements(Svg + "circle").Single();
        var best = Points(picture, "validation")[run.GetProperty("bestEpoch").GetInt32()];
        Assert.Equal(best, (Number(dot, "cx"), Number(dot, "cy")));
        Assert.Equal(Points(picture, "validation").Max(point => point.Y), best.Y); // y grows downwards: the lowest loss has the largest y
    }

    [Fact]
    public async Task A_logarithmic_axis_is_labelled_with_powers_of_ten()
    {
        var run = await _http.Train(RunCalls.Lesson);

        var picture = XDocument.Parse(await _http.GetStringAsync($"/api/v1/runs/{run.Id()}/curve.svg?log=true")).Root!;

        Assert.Superset(new HashSet<string> { "0.01", "1", "100" }, picture.Elements(Svg + "text").Select(text => text.Value).ToHashSet());
    }

    [Fact]
    public async Task A_failed_run_has_a_picture()
    {
        var failed = await _http.Train(RunCalls.Lesson, json =>
            json["training"] = new JsonObject { ["optimizer"] = "sgd", ["learningRate"] = 10, ["epochs"] = 1 });

        Assert.Contains("</svg>", await _http.GetStringAsync($"/api/v1/runs/{failed.Id()}/curve.svg"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_of_an_invalid_size_or_an_unknown_run_is_refused()
    {
        var run = await _http.Train(RunCalls.Lesson);

        var narrow = await _http.GetAsync($"/api/v1/runs/{run.Id()}/curve.svg?width=1");
        Assert.Equal("outOfRange", (await Refused.Read(narrow, HttpStatusCode.BadRequest)).Code);
        var unknown = await _http.GetAsync("/api/v1/runs/0/curve.svg");
        Assert.Equal("runNotFound", (await Refused.Read(unknown, HttpStatusCode.NotFound)).Code);
    }

    [Fact]
    public async Task A_sparkline_has_a_few_points_from_the_first_epoch_to_the_last()
    {
        var run = await _http.Train(RunCalls.Lesson, json => json["earlyStopping"] = null);
        var history = await _http.History(run.Id());

        var sparklines = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/sparklines?ids={run.Id()},999999&points=8");

        var points = Assert.Single(sparklines.EnumerateArray()).GetProperty("validationLoss").EnumerateArray()
            .Select(point => point.GetDouble()).ToArray();
        Assert.Equal([1, 8, 15, 22, 29, 36, 43, 50], points.Select(point => history.Single(epoch => epoch.Validation == point).Epoch));
    }

    [Fact]
    public async Task Sparklines_of_invalid_or_too_many_ids_are_refused()
    {
        var invalid = await _http.GetAsync("/api/v1/runs/sparklines?ids=one");
        Assert.Equal("wrongType", (await Refused.Read(invalid, HttpStatusCode.BadRequest)).Code);
        var tooMany = await _http.GetAsync($"/api/v1/runs/sparklines?ids={string.Join(',', Enumerable.Range(1, 201))}");
        Assert.Equal("tooManyRuns", (await Refused.Read(tooMany, HttpStatusCode.BadRequest)).Code);
    }

    /// <summary>The points of a curve. The legend has a line of the same class, but after the curve.</summary>
    private static (double X, double Y)[] Points(XElement picture, string curve)
    {
        var path = picture.Elements(Svg + "path").First(path => path.Attribute("class")!.Value == curve).Attribute("d")!.Value;
        var points = path.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries).Select(point => point.Split(' '));
        return [.. points.Select(point => (double.Parse(point[0]), double.Parse(point[1])))];
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value);
}
