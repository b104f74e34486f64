using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;

namespace Velodrome.Api.Tests.Runs;

/// <summary>Runs that need more memory than a worker has. Nothing here allocates what it asks for.</summary>
public sealed partial class NetworkTooLargeTests(SmallMemoryApp app) : IClassFixture<SmallMemoryApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData(16, "simd")]
    [InlineData(16, "torch")]
    [InlineData(5, "auto")]
    public async Task A_network_of_many_wide_layers_is_refused_with_the_memory_that_it_needs(int layers, string engine)
    {
        var refused = await Refuse(Request([.. Enumerable.Repeat(4096, layers)], engine));

        Assert.Equal(("networkTooLarge", "network.hidden"), (refused.Code, refused.Errors[0].Field));
        Assert.Contains("parameters", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simd")]
    [InlineData("torch")]
    public async Task The_layers_that_the_refusal_names_are_the_widest_that_are_accepted(string engine)
    {
        var refused = await Refuse(Request([4096, 4096], engine));
        Assert.Contains("MaxMemoryMegabytes", refused.Detail, StringComparison.Ordinal);
        var layers = JsonNode.Parse(Layers().Match(refused.Detail).Groups[1].Value)!.AsArray();
        int[] fits = [.. layers.Select(units => units!.GetValue<int>())];

        await Refuse(Request([fits[0] + 1, fits[1] + 1], engine));
        var id = await _http.StartRun(Request(fits, engine));

        Assert.InRange(fits[0], 100, 4000);
        using var cancelled = await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);
    }

    private async Task<Refused> Refuse(string request) =>
        await Refused.Read(await _http.Post("/api/v1/runs", request), HttpStatusCode.BadRequest);

    private static string Request(int[] hidden, string engine) => $$"""
        { "dataset": "study-hours", "target": "score", "validation": { "split": "last", "fraction": 0.25 },
          "network": { "hidden": [{{string.Join(", ", hidden)}}] }, "training": { "epochs": 1 }, "engine": "{{engine}}" }
        """;

    [GeneratedRegex("\"hidden\": (\\[.*?\\])")]
    private static partial Regex Layers();
}

/// <summary>A run that a service with more memory has accepted.</summary>
public sealed class AcceptedElsewhereTests
{
    [Fact]
    public async Task A_run_that_was_accepted_with_more_memory_than_its_worker_has_fails_with_what_fits()
    {
        using var app = new RestartedApp();
        using (var before = app.WithWebHostBuilder(host => host
            .UseSetting("MaxMemoryMegabytes", "65536").UseSetting("Workers", "1")))
        {
            var http = before.CreateClient();
            await http.StartRun(RunCalls.Endless); // keeps the only worker busy until the service stops
            await http.StartRun(RunCalls.Lesson, json => json["network"] = JsonNode.Parse("""{ "hidden": [4096, 4096] }"""));
        }

        var client = app.CreateClient();
        var run = await client.Ended(2);

        var error = run.GetProperty("error");
        Assert.Equal("networkTooLarge", error.GetProperty("code").GetString());
        Assert.Contains("\"hidden\": [", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        using var cancelled = await client.PostAsync("/api/v1/runs/1/cancel", null);
    }

    private sealed class RestartedApp : VelodromeApp
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("MaxMemoryMegabytes", "1024").UseSetting("Workers", "2");
        }
    }
}

/// <summary>A service whose runs may take 69 MiB each.</summary>
public sealed class SmallMemoryApp : VelodromeApp
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("MaxMemoryMegabytes", "1024").UseSetting("Workers", "4");
    }
}
