using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Api.Tests.Datasets.Versions;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Quotas;

/// <summary>What one caller may take. The header "Key" stands for authentication.</summary>
public sealed class QuotaTests : IDisposable
{
    private const string Csv = "x,y\n1,2\n2,4\n3,6\n4,8\n";

    private readonly VelodromeApp _app = new();

    [Fact]
    public async Task A_caller_with_too_many_requests_a_second_is_refused_and_another_is_not()
    {
        using var host = Host(("RequestsPerSecond", "1"));
        var http = host.CreateClient();

        HttpResponseMessage response;
        var sent = 0;
        do
        {
            Assert.True(sent++ < 1000, "No request is refused.");
            response = await Get(http, "/api/v1/datasets", key: "first"); // two of them fall into one second before long
        }
        while (response.IsSuccessStatusCode);

        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        var refused = await Refused.Read(response, HttpStatusCode.TooManyRequests);
        Assert.Equal("tooManyRequests", refused.Code);
        Assert.Contains("Quotas:RequestsPerSecond", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Get(http, "/api/v1/datasets", key: "second")).StatusCode);
    }

    [Fact]
    public async Task Of_the_uploads_of_one_caller_some_are_received_some_wait_and_the_rest_are_refused()
    {
        using var host = Host(("UploadsAtATime", "1"));
        var http = host.CreateClient();
        var lastLine = new TaskCompletionSource();

        var uploads = Enumerable.Range(0, 102).Select(_ => http.PostAsync("/api/v1/datasets?name=t", new HeldCsv(lastLine.Task))).ToList();
        var first = await Task.WhenAny(uploads).WaitAsync(Wait.Limit); // one is received, and 100 wait for it
        lastLine.SetResult();

        var refused = await Refused.Read(await first, HttpStatusCode.TooManyRequests);
        Assert.Equal("tooManyRequests", refused.Code);
        Assert.Contains("Quotas:UploadsAtATime", refused.Detail, StringComparison.Ordinal);
        uploads.Remove(first);
        Assert.All(await Task.WhenAll(uploads), upload => Assert.True(upload.IsSuccessStatusCode, $"{upload.StatusCode}"));
    }

    [Fact]
    public async Task Waiting_runs_are_counted_for_each_key()
    {
        using var host = Host(("QueuedRuns", "2"), ("Workers", "1"));
        var http = host.CreateClient();
        var training = await Start(http, RunCalls.Endless, "first");
        await http.Until(training, run => run.Text("status") == "running");
        var waiting = await Start(http, RunCalls.Lesson, "first");
        await Start(http, RunCalls.Lesson, "first");

        using var third = await Post(http, "/api/v1/runs", RunCalls.Lesson, "first");
        var refused = await Refused.Read(third, HttpStatusCode.TooManyRequests);
        Assert.Equal("tooManyRequests", refused.Code);
        Assert.StartsWith("2 runs of the API key 'first'", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("Quotas:QueuedRuns", refused.Detail, StringComparison.Ordinal);

        await Start(http, RunCalls.Lesson, "second");
        await Start(http, RunCalls.Lesson, key: null);
        await http.PostAsync($"/api/v1/runs/{waiting}/cancel", null);
        await Start(http, RunCalls.Lesson, "first");
        await http.PostAsync($"/api/v1/runs/{training}/cancel", null);
    }

    [Fact]
    public async Task Datasets_are_counted_for_each_key_and_what_is_stored_already_is_not_refused()
    {
        using var host = Host(("Datasets", "1"));
        var http = host.CreateClient();
        http.DefaultRequestHeaders.Add("Key", "first");
        Assert.Equal(HttpStatusCode.Created, (await http.PostCsv("one", Csv)).StatusCode);

        var refused = await Refused.Read(await http.PostCsv("two", Csv), HttpStatusCode.InsufficientStorage);

        Assert.Equal("quotaExceeded", refused.Code);
        Assert.StartsWith("1 datasets of the API key 'first'", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.PostCsv("one", Csv)).StatusCode);
        http.DefaultRequestHeaders.Remove("Key");
        http.DefaultRequestHeaders.Add("Key", "second");
        Assert.Equal(HttpStatusCode.Created, (await http.PostCsv("two", Csv)).StatusCode);
    }

    [Fact]
    public async Task The_bytes_of_a_callers_datasets_are_limited()
    {
        using var host = Host(("DatasetMegabytes", "1"));
        var http = host.CreateClient();
        http.DefaultRequestHeaders.Add("Key", "first");
        var large = "x,y\n" + string.Concat(Enumerable.Range(0, 60_000).Select(row => $"{row:D6},{row % 1000:D3}\n")); // over half a MiB
        Assert.Equal(HttpStatusCode.Created, (await http.PostCsv("one", large)).StatusCode);

        var refused = await Refused.Read(await http.PostCsv("two", large), HttpStatusCode.InsufficientStorage);

        Assert.Equal("quotaExceeded", refused.Code);
        Assert.Contains("Quotas:DatasetMegabytes allows 1 MiB", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await http.PostCsv("small", Csv)).StatusCode);
    }

    [Fact]
    public async Task Appended_rows_count_once_and_are_limited_like_datasets()
    {
        using var host = Host(("DatasetMegabytes", "1"));
        var http = host.CreateClient();
        http.DefaultRequestHeaders.Add("Key", "appends");
        var lines = Enumerable.Range(0, 30_000).Select(row => $"{row:D6},{row % 1000:D3}\n");
        var rows = "x,y\n" + string.Concat(lines); // over a quarter of a MiB
        Assert.Equal(HttpStatusCode.Created, (await http.PostCsv("grown", rows)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await http.AppendCsv("grown", rows)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await http.AppendCsv("grown", rows)).StatusCode);

        var refused = await Refused.Read(await http.AppendCsv("grown", rows), HttpStatusCode.InsufficientStorage);

        Assert.Equal("quotaExceeded", refused.Code);
        Assert.StartsWith("These rows have 0.3", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_database_refuses_runs_and_datasets_and_still_answers()
    {
        long id;
        using (var unlimited = Host())
        {
            var http = unlimited.CreateClient();
            var large = "x,y\n" + string.Concat(Enumerable.Range(0, 200_000).Select(row => $"{row:D6},{row % 1000:D3}\n"));
            Assert.Equal(HttpStatusCode.Created, (await http.PostCsv("large", large)).StatusCode);
            id = (await http.Train(RunCalls.Lesson)).Id();
        }

        using var host = Host(("TotalMegabytes", "1"));
        var full = host.CreateClient();

        foreach (var response in new[]
        {
            await full.PostCsv("two", Csv),
            await full.Post("/api/v1/runs", RunCalls.Lesson),
            await full.Post($"/api/v1/runs/{id}/continue", """{ "additionalEpochs": 1 }"""),
        })
        {
            var refused = await Refused.Read(response, HttpStatusCode.InsufficientStorage);
            Assert.Equal("quotaExceeded", refused.Code);
            Assert.Contains("Quotas:TotalMegabytes allows 1 MiB", refused.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await full.GetAsync($"/api/v1/runs/{id}")).StatusCode);
    }

    [Fact]
    public async Task Runs_and_datasets_say_which_key_has_created_them()
    {
        using var host = Host();
        var http = host.CreateClient();
        http.DefaultRequestHeaders.Add("Key", "ada");
        var dataset = await (await http.PostCsv("mine", Csv)).Content.ReadFromJsonAsync<JsonElement>();
        var run = await http.Train(RunCalls.Lesson);
        var continued = await (await http.Post($"/api/v1/runs/{run.Id()}/continue", """{ "additionalEpochs": 1 }"""))
            .Content.ReadFromJsonAsync<JsonElement>();

        Assert.All([dataset, run, continued], created => Assert.Equal("ada", created.Text("createdBy")));
        http.DefaultRequestHeaders.Remove("Key");
        Assert.False((await http.Train(RunCalls.Lesson)).TryGetProperty("createdBy", out _));
    }

    public void Dispose() => _app.Dispose();

    private WebApplicationFactory<Program> Host(params (string Name, string Value)[] settings) => _app.WithWebHostBuilder(host =>
    {
        foreach (var (name, value) in settings)
        {
            host.UseSetting(name == "Workers" ? name : $"Quotas:{name}", value);
        }

        host.ConfigureServices(services => services.AddSingleton<IClaimsTransformation, KeyHeader>());
    });

    private static Task<HttpResponseMessage> Get(HttpClient http, string path, string key) =>
        http.SendAsync(new(HttpMethod.Get, path) { Headers = { { "Key", key } } });

    private static async Task<HttpResponseMessage> Post(HttpClient http, string path, string json, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        if (key is not null)
        {
            request.Headers.Add("Key", key);
        }

        return await http.SendAsync(request);
    }

    private static async Task<long> Start(HttpClient http, string json, string? key)
    {
        using var response = await Post(http, "/api/v1/runs", json, key);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).Id();
    }

    /// <summary>A table that the client has not sent to its end.</summary>
    private sealed class HeldCsv : HttpContent
    {
        private readonly Task _end;

        public HeldCsv(Task end)
        {
            _end = end;
            Headers.ContentType = new("text/csv");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await _end;
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Csv));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Gives the caller of the open service the name of a key.</summary>
    private sealed class KeyHeader(IHttpContextAccessor current) : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) => Task.FromResult(
            current.HttpContext!.Request.Headers.TryGetValue("Key", out var key)
                ? new ClaimsPrincipal(new ClaimsIdentity([.. principal.Claims, new(ClaimTypes.Name, key!)], "test"))
                : principal);
    }
}
