using System.Net;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Problems;

/// <summary>HEAD has the status and headers of GET, and no body.</summary>
public sealed class HeadTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("/api/v1/datasets")]
    [InlineData("/api/v1/datasets/iris")]
    [InlineData("/api/v1/datasets/iris/csv")]
    [InlineData("/api/v1/datasets/none")]
    [InlineData("/api/v1/runs?pageSize=0")]
    [InlineData("/api/v1/nowhere")]
    [InlineData("/health/live")]
    [InlineData("/")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task Head_answers_as_get_does(string path)
    {
        using var get = await _http.GetAsync(path);
        using var head = await _http.SendAsync(new(HttpMethod.Head, path));

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        static IEnumerable<string> Headers(HttpResponseMessage response) => response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Content-Length" or "Date" or "Transfer-Encoding"))
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Order();
    }

    [Fact]
    public async Task Head_of_the_events_of_a_running_run_ends_at_once()
    {
        var id = await _http.StartRun(RunCalls.Endless);
        using var head = await _http.SendAsync(new(HttpMethod.Head, $"/api/v1/runs/{id}/events"));
        using var cancelled = await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (head.StatusCode, head.Content.Headers.ContentType?.MediaType));
        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
    }

    [Theory]
    [InlineData("HEAD", "/api/v1/runs/1/cancel", "POST")]
    [InlineData("PATCH", "/api/v1/runs/1", "DELETE, GET, HEAD")]
    public async Task A_method_that_is_not_allowed_is_answered_with_those_that_are(string method, string path, string allowed)
    {
        using var response = await _http.SendAsync(new(HttpMethod.Parse(method), path));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order()));
    }
}
