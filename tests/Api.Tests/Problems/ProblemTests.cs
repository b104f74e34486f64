using System.Net;
using System.Text;

namespace Velodrome.Api.Tests.Problems;

public sealed class ProblemTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/api/v1/nowhere")]
    [InlineData("/api/v1/runs/abc")]
    public async Task An_unknown_address_is_refused(string address) =>
        Assert.Equal("unknownRoute", (await Refused.Read(await _http.GetAsync(address), HttpStatusCode.NotFound)).Code);

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    [InlineData(100_000, true)]
    public async Task A_response_lists_at_most_100_errors(int wrong, bool hasMore)
    {
        var rows = string.Join(',', Enumerable.Repeat("\"x\"", wrong));
        var body = $$"""{ "dataset": "iris", "target": "species", "validation": { "split": "rows", "rows": [{{rows}}] } }""";

        var refused = await Refused.Read(
            await _http.PostAsync("/api/v1/runs", new StringContent(body, Encoding.UTF8, "application/json")), HttpStatusCode.BadRequest);

        Assert.Equal((100, hasMore), (refused.Errors.Count, refused.HasMoreErrors));
    }

    [Fact]
    public async Task A_response_quotes_at_most_the_beginning_of_a_long_name()
    {
        var body = $$"""{ "{{new string('x', 1_000_000)}}": 1 }""";

        var response = await _http.PostAsync("/api/v1/runs", new StringContent(body, Encoding.UTF8, "application/json"));
        var refused = await Refused.Read(response, HttpStatusCode.BadRequest);

        Assert.Contains(refused.Errors, error => error.Code == "unknownField");
        Assert.InRange((await response.Content.ReadAsStringAsync()).Length, 1, 20_000);
    }

    [Fact]
    public async Task A_method_that_is_not_allowed_is_refused_with_those_that_are()
    {
        var response = await _http.PutAsync("/api/v1/datasets", null);
        var refused = await Refused.Read(response, HttpStatusCode.MethodNotAllowed);

        Assert.Equal("methodNotAllowed", refused.Code);
        Assert.Contains("GET, POST, HEAD", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(["GET", "HEAD", "POST"], response.Content.Headers.Allow.Order());
    }
}
