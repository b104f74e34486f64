using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Memory;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Memory;

/// <summary>Bodies that are larger than they may be, or than the memory for them.</summary>
public sealed class LargeBodyTests(LargeBodyTests.App app) : IClassFixture<LargeBodyTests.App>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_JSON_body_that_is_larger_than_the_setting_is_refused_whether_or_not_its_length_is_declared(bool isDeclared)
    {
        var id = await _http.StartRun(RunCalls.Lesson);
        await _http.Ended(id);
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/runs/{id}/predictions") { Content = Json(new('1', (1 << 20) + 1)) };
        request.Headers.TransferEncodingChunked = !isDeclared;

        var refused = await Refused.Read(await _http.SendAsync(request), HttpStatusCode.RequestEntityTooLarge);

        Assert.Equal("bodyTooLarge", refused.Code);
        Assert.Contains("larger than 1 MiB", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("MaxBodyMegabytes", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_nested_too_deeply_is_refused_as_malformed()
    {
        var refused = await Refused.Read(
            await _http.PostAsync("/api/v1/runs", Json(new string('[', 100_000) + new string(']', 100_000))), HttpStatusCode.BadRequest);

        Assert.Equal("malformedJson", refused.Code);
        Assert.Contains("depth", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_are_nested_too_deeply_are_refused_as_malformed()
    {
        var refused = await Refused.Read(
            await _http.PostAsync("/api/v1/datasets?name=deep", Json(new string('[', 100_000) + new string(']', 100_000))),
            HttpStatusCode.BadRequest);

        Assert.Equal("malformedJson", refused.Code);
    }

    [Fact]
    public async Task While_other_requests_use_the_memory_a_large_body_is_refused_with_a_time_to_come_back()
    {
        var memory = app.Services.GetRequiredService<MemoryBudget>();
        using var others = memory.TryReserve(MemoryUse.Request, memory.Total - memory.Used - 40_000_000);

        using var response = await _http.PostAsync("/api/v1/runs", Json(new string(' ', 900_000) + RunCalls.Lesson));

        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter?.Delta);
        Assert.Equal("memoryBusy", (await Refused.Read(response, HttpStatusCode.ServiceUnavailable)).Code);
        using var small = await _http.PostAsync("/api/v1/runs", Json(RunCalls.Lesson));
        Assert.Equal(HttpStatusCode.Accepted, small.StatusCode);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>A service with small limits, whose requests do not wait for memory.</summary>
    public sealed class App : VelodromeApp
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("MaxMemoryMegabytes", "1024").UseSetting("MaxBodyMegabytes", "1");
            builder.ConfigureServices(services => services.AddSingleton(
                new MemoryBudget(600 << 20, 150 << 20, TimeProvider.System) { RequestTimeout = TimeSpan.Zero }));
        }
    }
}
