namespace Velodrome.Browser.Tests;

/// <summary>Pages of runs whose results are not known yet.</summary>
[Collection(DashboardCollection.Name)]
public sealed class UnfinishedTests(Dashboard dashboard)
{
    private static readonly string[] MissingValues = ["null", "undefined", "NaN", "[object"];

    [BrowserFact]
    public async Task A_value_that_is_not_known_yet_is_left_out()
    {
        var (running, queued) = (await dashboard.StartRun(Requests.Endless), await dashboard.StartRun(Requests.Endless));
        await using var window = await dashboard.Open();
        foreach (var hash in new[] { "#/", $"#/runs/{running}", $"#/runs/{queued}", $"#/compare?ids={running},{queued}" })
        {
            var page = await window.Go(hash);
            await page.WaitForTimeoutAsync(500);
            var text = await page.Locator("main").InnerTextAsync();
            Assert.All(MissingValues, word =>
                Assert.False(text.Contains(word, StringComparison.Ordinal), $"{hash} shows {word}: {text}"));
        }

        await dashboard.Cancel(queued);
        await dashboard.Cancel(running);

        window.AssertSilent();
    }
}
