using System.Globalization;

namespace Velodrome.Browser.Tests;

[Collection(DashboardCollection.Name)]
public sealed class LiveTests(Dashboard dashboard)
{
    private const double LongestFrame = 100;

    /// <summary>Keeps the longest time between two frames; a page that is not painting is not asked.</summary>
    private const string WatchFrames = """
        () => {
          window.longest = 0;
          let last = performance.now();
          const frame = now => { window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(frame); };
          requestAnimationFrame(now => { last = now; requestAnimationFrame(frame); });
        }
        """;

    [BrowserFact]
    public async Task A_run_is_watched_through_a_restart_of_the_service()
    {
        var id = await dashboard.StartRun(Requests.Slow);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{id}");
        await Expect(page.Locator(".status")).ToHaveTextAsync("running");
        var before = await Drawn(page, more: 5);

        await dashboard.Restart();

        Assert.True(await Drawn(page, more: before + 5) > before);
        await Expect(page.Locator(".status")).ToHaveTextAsync("succeeded", new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-epochs]")).ToHaveAttributeAsync("data-epochs", "501"); // each once, the untrained network among them
        await Expect(page.GetByText("The connection is lost")).ToHaveCountAsync(0);
        window.AssertSilent("net::ERR_");
    }

    [BrowserFact]
    public async Task Twenty_thousand_epochs_are_drawn_without_a_long_frame()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{await dashboard.Train(Requests.Students)}"); // what is fetched once is here now
        await Drawn(page, more: 10);
        await page.EvaluateAsync(WatchFrames);

        var (live, afterwards) = (double.MaxValue, double.MaxValue);
        for (var attempt = 0; attempt < 3 && (live >= LongestFrame || afterwards >= LongestFrame); attempt++) // the machine may be busy with something else
        {
            (live, afterwards) = await LongestFrames(page);
        }

        Assert.True(live < LongestFrame && afterwards < LongestFrame, string.Create(CultureInfo.InvariantCulture, $"The longest frames took {live:0} ms live and {afterwards:0} ms afterwards."));
        window.AssertSilent();
    }

    private async Task<(double Live, double Afterwards)> LongestFrames(IPage page)
    {
        await page.EvaluateAsync("() => { window.longest = 0; }");
        var id = await dashboard.StartRun(Requests.Fast);
        await page.EvaluateAsync($"() => {{ location.hash = '/runs/{id}'; }}");
        await Expect(page.Locator("[data-epochs]")).ToHaveAttributeAsync("data-epochs", "20001", new() { Timeout = 60_000 });
        var live = await page.EvaluateAsync<double>("() => window.longest");

        await page.EvaluateAsync("() => { location.hash = '/'; }");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Runs" })).ToBeVisibleAsync();
        await page.EvaluateAsync($"() => {{ window.longest = 0; location.hash = '/runs/{id}'; }}");
        await Drawn(page, more: 1_000);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log scale" }).ClickAsync();
        await page.WaitForTimeoutAsync(500);
        return (live, await page.EvaluateAsync<double>("() => window.longest"));
    }

    [BrowserFact]
    public async Task The_first_page_shows_runs_within_a_second()
    {
        await dashboard.Train(Requests.Students);
        var times = new List<double>();
        for (var attempt = 0; attempt < 3; attempt++) // the machine may be busy with something else
        {
            times.Add(await FirstUsefulPaint());
        }

        Assert.InRange(times.Min(), 0, 1_000);
    }

    private async Task<double> FirstUsefulPaint()
    {
        await using var window = await dashboard.Open();
        await window.Page.AddInitScriptAsync("""
            new MutationObserver((_, watching) => {
              if (document.querySelector('[data-run] .status')) { window.useful = performance.now(); watching.disconnect(); }
            }).observe(document, { childList: true, subtree: true });
            """);

        var page = await window.Go("");
        var useful = await (await page.WaitForFunctionAsync("() => window.useful")).JsonValueAsync<double>();

        Assert.False(await page.EvaluateAsync<bool>("() => 'echarts' in window")); // the charts' library is not waited for
        return useful;
    }

    /// <summary>Waits until so many epochs are drawn.</summary>
    private static async Task<int> Drawn(IPage page, int more)
    {
        await page.WaitForFunctionAsync("least => Number(document.querySelector('[data-epochs]')?.dataset.epochs) >= least", more, new() { Timeout = 60_000 });
        return int.Parse((await page.Locator("[data-epochs]").GetAttributeAsync("data-epochs"))!, CultureInfo.InvariantCulture);
    }
}
