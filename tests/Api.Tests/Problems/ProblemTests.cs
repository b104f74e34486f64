using System.Net;

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

    [Fact]
    public async Task A_method_that_is_not_allowed_is_refused_with_those_that_are()
    {
        var response = await _http.PutAsync("/api/v1/datasets", null);
        var refused = await Refused.Read(response, HttpStatusCode.MethodNotAllowed);

        Assert.Equal("methodNotAllowed", refused.Code);
        Assert.Contains("GET, POST", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(["GET", "POST"], response.Content.Headers.Allow.Order());
    }
}
