using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Api.Tests.OpenApi;

public sealed class OpenApiTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Every_operation_has_a_name_a_summary_and_its_errors()
    {
        foreach (var operation in await Operations())
        {
            Assert.True(operation.TryGetProperty("operationId", out var name), operation.GetRawText());
            Assert.True(operation.TryGetProperty("summary", out _), $"{name} has no summary");
            Assert.Contains(operation.GetProperty("responses").EnumerateObject(), response =>
                response.Value.TryGetProperty("content", out var content) && content.TryGetProperty("application/problem+json", out _));
        }
    }

    [Fact]
    public async Task Every_body_that_can_be_typed_has_an_example()
    {
        foreach (var body in (await Operations()).Where(operation => operation.TryGetProperty("requestBody", out _)).SelectMany(operation =>
            operation.GetProperty("requestBody").GetProperty("content").EnumerateObject()).Where(body => body.Name != "multipart/form-data"))
        {
            Assert.True(body.Value.TryGetProperty("example", out _), body.Value.GetRawText());
        }
    }

    [Fact]
    public async Task Every_setting_of_a_run_says_what_it_means_and_what_it_is_when_left_out()
    {
        var schemas = (await _http.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json")).GetProperty("components").GetProperty("schemas");

        foreach (var type in new[] { "RunRequest", "SplitOptions", "NetworkOptions", "TrainingOptions", "EarlyStoppingOptions" })
        {
            foreach (var member in schemas.GetProperty(type).GetProperty("properties").EnumerateObject())
            {
                Assert.True(member.Value.TryGetProperty("description", out _), $"{type}.{member.Name} has no description");
            }
        }

        var training = schemas.GetProperty("TrainingOptions");
        Assert.Equal((100, "adam"), (training.GetProperty("properties").GetProperty("epochs").GetProperty("default").GetInt32(),
            training.GetProperty("properties").GetProperty("optimizer").GetProperty("default").GetString()));
        Assert.False(training.TryGetProperty("required", out _));
        Assert.Equal(["dataset", "target"], schemas.GetProperty("RunRequest").GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }

    [Theory]
    [InlineData("status", "queued,running,succeeded,failed,cancelled")]
    [InlineData("verdict", "healthy,overfitting,stoppedTooEarly,notLearning,diverged,inconclusive")]
    [InlineData("orderBy", "newest,oldest,bestValidationLoss")]
    public async Task A_choice_in_a_query_lists_its_names(string parameter, string names)
    {
        var document = await _http.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json");
        var schema = document.GetProperty("paths").GetProperty("/api/v1/runs").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Single(found => found.GetProperty("name").GetString() == parameter).GetProperty("schema");

        var reference = (schema.TryGetProperty("allOf", out var all) ? all[0] : schema).GetProperty("$ref").GetString()!;
        Assert.Equal(names.Split(','), document.GetProperty("components").GetProperty("schemas").GetProperty(reference.Split('/')[^1]).GetProperty("enum").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task The_page_is_there() =>
        Assert.Contains("swagger-ui", await _http.GetStringAsync("/swagger/index.html"), StringComparison.Ordinal);

    private async Task<IReadOnlyList<JsonElement>> Operations() =>
        (await _http.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json")).GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value).ToList();
}
