using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Predictions;

/// <summary>A run on a table with decimal commas, and points between thousands.</summary>
public sealed class DecimalCommaApp : VelodromeApp, IAsyncLifetime
{
    public long Run { get; private set; }

    public async Task InitializeAsync()
    {
        var http = CreateClient();
        await http.PostCsv("comma", "size;y\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"{1 + i % 3}.{100 + i},5;{i % 7}\n")));
        Run = (await http.Train("""
            { "dataset": "comma", "target": "y", "validation": { "split": "random" }, "training": { "epochs": 2 } }
            """)).Id();
    }

    Task IAsyncLifetime.DisposeAsync() => Task.CompletedTask;
}

/// <summary>Numbers in JSON are numbers, whatever decimal mark the dataset has.</summary>
public sealed class DecimalCommaPredictionTests(DecimalCommaApp app) : IClassFixture<DecimalCommaApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("\"NA\"")]
    [InlineData("\"\"")]
    [InlineData("\"1500\"")]
    [InlineData("null")]
    public async Task A_number_is_the_same_beside_a_text(string other)
    {
        var alone = await Predict("""{"size":2345.5}""");

        Assert.Equal(alone[0].GetProperty("prediction").GetDouble(),
            (await Predict($$"""{"size":2345.5}{{"\n"}}{"size":{{other}}}"""))[0].GetProperty("prediction").GetDouble());
        Assert.Equal(2345.5, alone[0].GetProperty("size").GetDouble());
    }

    [Fact]
    public async Task Texts_alone_have_the_marks_of_the_dataset() => Assert.Equal(
        (await Predict("""{"size":2345.5}"""))[0].GetProperty("prediction").GetDouble(),
        (await Predict("""{"size":"2.345,5"}"""))[0].GetProperty("prediction").GetDouble());

    [Fact]
    public async Task Numbers_and_texts_with_different_decimal_marks_are_refused()
    {
        var answer = await Post("""{"size":2345.5}""" + "\n" + """{"size":"2.345,5"}""");

        Assert.Equal("mixedNumbers", (await Refused.Read(answer, HttpStatusCode.BadRequest)).Code);
    }

    private async Task<JsonElement> Predict(string ndjson)
    {
        var answer = await Post(ndjson);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private Task<HttpResponseMessage> Post(string ndjson) => _http.PostAsync(
        $"/api/v1/runs/{app.Run}/predictions?format=json", new ByteArrayContent(Encoding.UTF8.GetBytes(ndjson))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") },
        });
}
