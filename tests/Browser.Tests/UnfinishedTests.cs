namespace Velodrome.Browser.Tests;

/// <summary>Runs of which much is not known yet.</summary>
[Collection(DashboardCollection.Name)]
public sealed class UnfinishedTests(Dashboard dashboard)
{
    private static readonly string[] Slips = ["null", "undefined", "NaN", "[object"];

    [BrowserFact]
    public async Task What_is_not_known_yet_is_left_out()
    {
        var (trains, waits) = (await dashboard.StartRun(Requests.Endless), await dashboard.StartRun(Requests.Endless));
        await using var window = await dashboard.Open();
        foreach (var hash in new[] { "#/", $"#/runs/{trains}", $"#/runs/{waits}", $"#/compare?ids={trains},{waits}" })
        {
            var page = await window.Go(hash);
            await page.WaitForTimeoutAsync(500);
            var text = await page.Locator("main").InnerTextAsync();
            Assert.All(Slips, word => Assert.False(text.Contains(word, StringComparison.Ordinal), $"{hash} says {word}: {text}"));
        }

        await dashboard.Cancel(waits);
        await dashboard.Cancel(trains);

        window.AssertSilent();
    }
}
