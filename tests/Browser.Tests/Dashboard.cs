using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Startup;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // times are measured, and the machine may be small

namespace Velodrome.Browser.Tests;

/// <summary>
/// The service as a process of its own on an empty folder, and pages that look at it. It trains one run at a time: what is
/// posted behind another waits, so that a page can be open before the first epoch.
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

    /// <summary>Kills the service as a power cut does, and starts it anew at the same address.</summary>
    public async Task Restart()
    {
        var address = Http.BaseAddress!;
        _service!.Dispose();
        _service = ServiceProcess.StartAt(address, "--DataFolder", _folder, "--Workers", "1");
        await _service.Ready();
    }

    /// <summary>Starts a run over HTTP, where the way to it is not what is tested.</summary>
    public async Task<long> StartRun(string request)
    {
        using var answer = await Http.PostAsync("/api/v1/runs", new StringContent(request, Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetInt64();
    }

    public async Task Cancel(long id)
    {
        using var cancelled = await Http.PostAsync($"/api/v1/runs/{id}/cancel", null);
        Assert.True(cancelled.IsSuccessStatusCode);
        await Ended(id);
    }

    /// <summary>Trains a run to its end.</summary>
    public async Task<long> Train(string request)
    {
        var id = await StartRun(request);
        await Ended(id);
        return id;
    }

    public async Task Ended(long id)
    {
        for (var deadline = DateTime.UtcNow.AddMinutes(1); DateTime.UtcNow < deadline; await Task.Delay(50))
        {
            if ((await Http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}")).GetProperty("finishedAt").ValueKind != JsonValueKind.Null)
            {
                return;
            }
        }

        throw new TimeoutException($"Run {id} did not end.");
    }

    /// <summary>A new window; whatever its console complains of fails the test when it is closed.</summary>
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

/// <summary>Tests that look at one service.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardCollection : ICollectionFixture<Dashboard>
{
    public const string Name = "dashboard";
}
