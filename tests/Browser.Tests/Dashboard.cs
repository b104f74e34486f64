using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Startup;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // the tests measure times, and the machine may be small

namespace Velodrome.Browser.Tests;

/// <summary>
/// The service as a separate process with an empty data folder. It trains one run at a time: a run that is posted while
/// another trains stays queued, so that its page can be open before its first epoch.
/// </summary>
public sealed class Dashboard : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("velodrome-browser-").FullName;
    private ServiceProcess? _service;

    public HttpClient Http => _service!.Http;

    public async Task InitializeAsync()
    {
        if (Chromium.Missing is null)
        {
            _service = ServiceProcess.Start("--DataFolder", _folder, "--Workers", "1");
            await _service.Ready();
        }
    }

    /// <summary>Kills the service as a power cut does, and starts it again at the same address.</summary>
    public async Task Restart()
    {
        var address = Http.BaseAddress!;
        _service!.Dispose();
        _service = ServiceProcess.StartAt(address, "--DataFolder", _folder, "--Workers", "1");
        await _service.Ready();
    }

    /// <summary>Starts a run over HTTP.</summary>
    public async Task<long> StartRun(string request)
    {
        using var response = await Http.PostAsync("/api/v1/runs", new StringContent(request, Encoding.UTF8, "application/json"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetInt64();
    }

    public async Task Cancel(long id)
    {
        using var response = await Http.PostAsync($"/api/v1/runs/{id}/cancel", null);
        Assert.True(response.IsSuccessStatusCode);
        await WaitForEnd(id);
    }

    /// <summary>Starts a run and waits until it has ended.</summary>
    public async Task<long> Train(string request)
    {
        var id = await StartRun(request);
        await WaitForEnd(id);
        return id;
    }

    /// <summary>Waits until a run has ended.</summary>
    public Task WaitForEnd(long id) => Wait.Until(
        async () =>
        {
            var run = await Http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}");
            return run.GetProperty("finishedAt").ValueKind != JsonValueKind.Null;
        },
        () => $"run {id} did not end");

    /// <summary>Opens a new window.</summary>
    public async Task<Window> Open(int width = 1440, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await (await Chromium.Shared).NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 900 },
            ColorScheme = scheme,
            BaseURL = Http.BaseAddress!.ToString(),
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(Chromium.WaitTimeout);
        return new(context, await context.NewPageAsync());
    }

    public Task DisposeAsync()
    {
        _service?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>The tests that share one service.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardCollection : ICollectionFixture<Dashboard>
{
    public const string Name = "dashboard";
}
