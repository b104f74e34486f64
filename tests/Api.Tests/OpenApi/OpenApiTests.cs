using System.Net.Http.Json;
using System.Text.Json;
using Velodrome.Api.Problems;

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
                response.Name.StartsWith('4') && response.Value.TryGetProperty("content", out var content)
                && content.TryGetProperty("application/problem+json", out _));
        }
    }

    [Theory]
    [InlineData("get", "404", "runNotFound")]
    [InlineData("delete", "409", "runNotFinished")]
    [InlineData("get", "default", "internalError")]
    public async Task A_response_lists_its_codes_with_their_advice(string method, string status, string code)
    {
        var description = (await Document()).GetProperty("paths").GetProperty("/api/v1/runs/{id}").GetProperty(method)
            .GetProperty("responses").GetProperty(status).GetProperty("description").GetString();

        Assert.Contains($"- `{code}`: {RefusalCodes.Get(code).Advice}", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_body_but_a_form_and_a_binary_file_has_an_example()
    {
        var bodies = (await Operations())
            .Where(operation => operation.TryGetProperty("requestBody", out _))
            .SelectMany(operation => operation.GetProperty("requestBody").GetProperty("content").EnumerateObject())
            .Where(body => body.Name != "multipart/form-data" && !IsBinary(body.Value));
        foreach (var body in bodies)
        {
            Assert.True(body.Value.TryGetProperty("example", out _), body.Value.GetRawText());
        }

        static bool IsBinary(JsonElement body) =>
            body.GetProperty("schema").TryGetProperty("format", out var format) && format.GetString() == "binary";
    }

    [Fact]
    public async Task Every_setting_of_a_run_has_a_description_and_a_default()
    {
        var schemas = await Schemas();
        string[] types =
            ["RunRequest", "SplitOptions", "EncodingOptions", "NetworkOptions", "TrainingOptions", "EarlyStoppingOptions"];
        foreach (var type in types)
        {
            AssertDescribed(schemas, type);
        }

        var training = schemas.GetProperty("TrainingOptions");
        var settings = training.GetProperty("properties");
        Assert.Equal(0, settings.GetProperty("seed").GetProperty("default").GetInt32());
        Assert.False(settings.GetProperty("epochs").TryGetProperty("default", out _)); // it depends on the preset
        Assert.Equal("adam", settings.GetProperty("optimizer").GetProperty("default").GetString());
        Assert.False(training.TryGetProperty("required", out _));
        var required = schemas.GetProperty("RunRequest").GetProperty("required").EnumerateArray().Select(name => name.GetString());
        Assert.Equal(["dataset", "target"], required);
    }

    [Fact]
    public async Task Every_member_of_a_run_has_a_description() => AssertDescribed(await Schemas(), "RunResponse");

    [Theory]
    [InlineData("status", "queued,running,succeeded,failed,cancelled")]
    [InlineData("verdict", "healthy,overfitting,stoppedTooEarly,notLearning,diverged,inconclusive")]
    [InlineData("orderBy", "newest,oldest,bestValidationLoss")]
    public async Task A_query_parameter_lists_the_names_that_it_takes(string parameter, string names)
    {
        var document = await Document();
        var schema = document.GetProperty("paths").GetProperty("/api/v1/runs").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Single(found => found.GetProperty("name").GetString() == parameter).GetProperty("schema");

        var reference = (schema.TryGetProperty("allOf", out var all) ? all[0] : schema).GetProperty("$ref").GetString()!;
        var values = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.Split('/')[^1]).GetProperty("enum");
        Assert.Equal(names.Split(','), values.EnumerateArray().Select(name => name.GetString()));
    }

    [Theory]
    [InlineData("/api/v1/runs", "post", "write")]
    [InlineData("/api/v1/runs/{id}/predictions", "post", "read")]
    [InlineData("/api/v1/keys", "get", "admin")]
    [InlineData("/api/v1/session", "post", null)]
    public async Task An_operation_that_needs_a_key_says_so(string path, string method, string? role)
    {
        var document = await Document();
        var scheme = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key");
        Assert.Equal("bearer", scheme.GetProperty("scheme").GetString());
        var operation = document.GetProperty("paths").GetProperty(path).GetProperty(method);

        Assert.Equal(role is not null, operation.TryGetProperty("security", out var security) && security[0].TryGetProperty("key", out _));
        Assert.Equal(role is not null, operation.TryGetProperty("description", out var text) &&
            text.GetString()!.EndsWith($"Needs a key with the role `{role}`.", StringComparison.Ordinal));
        Assert.Equal(role is not null, operation.GetProperty("responses").TryGetProperty("403", out _));
    }

    [Fact]
    public async Task Swagger_ui_is_served() =>
        Assert.Contains("swagger-ui", await _http.GetStringAsync("/swagger/index.html"), StringComparison.Ordinal);

    private static void AssertDescribed(JsonElement schemas, string type)
    {
        foreach (var member in schemas.GetProperty(type).GetProperty("properties").EnumerateObject())
        {
            Assert.True(member.Value.TryGetProperty("description", out _), $"{type}.{member.Name} has no description");
        }
    }

    private Task<JsonElement> Document() => _http.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json");

    private async Task<JsonElement> Schemas() => (await Document()).GetProperty("components").GetProperty("schemas");

    private async Task<IReadOnlyList<JsonElement>> Operations() =>
        [.. (await Document()).GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value)];
}
