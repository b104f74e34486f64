using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Problems;

namespace Velodrome.Api.Tests.Problems;

public sealed class QueryParameterTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string Csv = "hours,score\n1,45\n2,55\n3,62\n";

    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("POST", "datasets?name=typo&dry_run=true", "text/csv", Csv, "dry_run",
        " Did you mean 'dryRun'? Its parameters are name, options, sheet, range, dryRun.")]
    [InlineData("POST", "datasets/preview?delimeter=%3B", "text/csv", Csv, "delimeter",
        " Did you mean options={ \"delimiter\": … }? Its parameters are options, sheet, range, rows.")]
    [InlineData("POST", "runs/1/predictions?levl=0.8", "text/csv", "hours\n1\n", "levl",
        " Did you mean 'level'? Its parameters are level, disagreement, format, sheet, range.")]
    [InlineData("POST", "runs/1/predictions?level=0.8", "application/json", """{ "rows": [{ "hours": 1 }] }""", "level",
        " It has none: what it reads is in the body.")]
    [InlineData("DELETE", "datasets/typo?force=true", null, null, "force", " It has none.")]
    [InlineData("DELETE", "datasets/typo?name=study-hours", null, null, "name", " It has none.")]
    [InlineData("GET", "datasets?pagesize=5&pageTokn=x", null, null, "pageTokn",
        " Did you mean 'pageToken'? Its parameters are pageSize, pageToken.")]
    public async Task A_parameter_that_the_operation_does_not_read_is_refused(
        string method, string path, string? type, string? body, string name, string rest)
    {
        var request = new HttpRequestMessage(new(method), $"/api/v1/{path}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, type!);

        var refused = await Refused.Read(await _http.SendAsync(request), HttpStatusCode.BadRequest);

        Assert.Equal(("unknownField", name), (refused.Code, refused.Errors[0].Field));
        Assert.Equal($"The operation has no parameter \"{name}\" in the query.{rest}", refused.Detail);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/api/v1/datasets/typo")).StatusCode);
    }

    [Fact]
    public async Task Every_unknown_parameter_is_named()
    {
        var path = $"/api/v1/datasets?a=1&{new string('b', 300)}=2&c";
        var refused = await Refused.Read(await _http.GetAsync(path), HttpStatusCode.BadRequest);

        Assert.Equal(["a", $"{new string('b', 60)}…", "c"], refused.Errors.Select(error => error.Field));
    }

    [Fact]
    public async Task The_parameters_that_are_read_are_those_that_are_documented()
    {
        var document = await _http.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json");
        var documented = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (
                Key: $"{operation.Name.ToUpperInvariant()} {path.Name}", Names: QueryParametersOf(operation.Value))))
            .ToDictionary(operation => operation.Key, operation => operation.Names);

        var read = app.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<QueryParameters>() is not null)
            .GroupBy(KeyOf)
            .ToDictionary(group => group.Key, group => Sorted(group.SelectMany(endpoint =>
                endpoint.Metadata.GetRequiredMetadata<QueryParameters>().Names)));

        Assert.NotEmpty(read);
        Assert.Equal(
            documented.Select(operation => $"{operation.Key}: {operation.Value}").Order(),
            read.Select(operation => $"{operation.Key}: {operation.Value}").Order());
    }

    private static string QueryParametersOf(JsonElement operation) =>
        !operation.TryGetProperty("parameters", out var parameters) ? "" : Sorted(parameters.EnumerateArray()
            .Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .Select(parameter => parameter.GetProperty("name").GetString()!));

    /// <summary>The method and the path as in the document: without constraints and a slash at the end.</summary>
    private static string KeyOf(RouteEndpoint endpoint)
    {
        var method = endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0];
        var path = endpoint.RoutePattern.RawText!.Replace(":long", "", StringComparison.Ordinal).TrimEnd('/');
        return $"{method} /{path.TrimStart('/')}";
    }

    private static string Sorted(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
}
