using System.Globalization;

namespace Velodrome.Browser.Tests;

[Collection(DashboardCollection.Name)]
public sealed class LiveTests(Dashboard dashboard)
{
    /// <summary>The longest frame in milliseconds that a user does not notice as a pause.</summary>
    private const double LongestFrame = 100;

    /// <summary>The longest time in milliseconds until the first page shows its runs.</summary>
    private const double LongestPaint = 1_000;

    [BrowserFact]
    public async Task A_run_is_watched_through_a_restart_of_the_service()
    {
        var id = await dashboard.StartRun(Requests.Slow);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{id}");
        await Expect(page.Locator(".status")).ToHaveTextAsync("running");
        var before = await WaitForEpochs(page, atLeast: 5);

        await dashboard.Restart();

        Assert.True(await WaitForEpochs(page, atLeast: before + 5) > before);
        await Expect(page.Locator(".status")).ToHaveTextAsync("succeeded", new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-epochs]")).ToHaveAttributeAsync("data-epochs", "501"); // each epoch once, from 0 to 500
        await Expect(page.GetByText("The service does not answer")).ToHaveCountAsync(0);
        window.AssertSilent("net::ERR_");
    }

    [BrowserFact]
    public async Task Twenty_thousand_epochs_are_drawn_without_a_long_frame()
    {
        Timing.AssertAtMost(LongestFrame, await LongestFrameOfTwentyThousandEpochs());
    }

    [BrowserFact]
    public async Task The_first_page_shows_runs_before_it_loads_the_chart_library()
    {
        await dashboard.Train(Requests.Students);
        Timing.AssertAtMost(LongestPaint, await FirstUsefulPaint());
    }

    private async Task<double> LongestFrameOfTwentyThousandEpochs()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("");
        await page.WaitForFunctionAsync("() => 'echarts' in window"); // loaded while the page is idle

        var frames = await FrameCosts.Watch(page);
        var blocking = await dashboard.StartRun(Requests.Endless);
        var id = await dashboard.StartRun(Requests.Fast); // stays queued until its page is open
        await page.EvaluateAsync($"() => {{ location.hash = '/runs/{id}'; }}");
        await Expect(page.Locator(".chart canvas")).ToBeVisibleAsync();
        await dashboard.Cancel(blocking);
        await Expect(page.Locator("[data-epochs]")).ToHaveAttributeAsync("data-epochs", "20001", new() { Timeout = 60_000 });
        await page.EvaluateAsync("() => { location.hash = '/'; }");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Runs" })).ToBeVisibleAsync();
        await page.EvaluateAsync($"() => {{ location.hash = '/runs/{id}'; }}");
        await WaitForEpochs(page, atLeast: 1_000);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use log scale" }).ClickAsync();
        await page.WaitForTimeoutAsync(500);
        var costs = await frames.End();

        Assert.True(costs.Count > 50, $"{costs.Count} frames were drawn.");
        window.AssertSilent();
        return costs.Max();
    }

    private async Task<double> FirstUsefulPaint()
    {
        await using var window = await dashboard.Open();
        await window.Page.AddInitScriptAsync("""
            new MutationObserver((_, observer) => {
              if (!document.querySelector('[data-run] .status')) return;
              window.firstPaint = performance.now();
              window.hadLibrary = 'echarts' in window;
              observer.disconnect();
            }).observe(document, { childList: true, subtree: true });
            """);

        var page = await window.Go("");
        var firstPaint = await (await page.WaitForFunctionAsync("() => window.firstPaint")).JsonValueAsync<double>();

        Assert.False(await page.EvaluateAsync<bool>("() => window.hadLibrary"), "The runs waited for the chart library.");
        return firstPaint;
    }

    /// <summary>Waits until at least this many epochs are drawn. Returns how many are.</summary>
    private static async Task<int> WaitForEpochs(IPage page, int atLeast)
    {
        const string Drawn = "atLeast => Number(document.querySelector('[data-epochs]')?.dataset.epochs) >= atLeast";
        await page.WaitForFunctionAsync(Drawn, atLeast, new() { Timeout = 60_000 });
        return int.Parse((await page.Locator("[data-epochs]").GetAttributeAsync("data-epochs"))!, CultureInfo.InvariantCulture);
    }
}
