namespace Velodrome.Browser.Tests;

/// <summary>Runs of which much is not known yet.</summary>
[Collection(DashboardCollection.Name)]
public sealed class UnfinishedTests(Dashboard dashboard)
{
    private static readonly string[] Slips = ["null", "undefined", "NaN", "[object"];

    [BrowserFact]
    public async Task What_is_not_known_yet_is_left_out()
    {
        var ids = new List<long>();
        for (var run = 0; run < 3; run++)
        {
            ids.Add(await dashboard.StartRun(Requests.Slow.Replace("500", "50000", StringComparison.Ordinal))); // two train, one waits
        }

        await using var window = await dashboard.Open();
        foreach (var hash in new[] { "#/", $"#/runs/{ids[0]}", $"#/runs/{ids[2]}", $"#/compare?ids={ids[0]},{ids[2]}" })
        {
            var page = await window.Go(hash);
            await page.WaitForTimeoutAsync(500);
            var text = await page.Locator("main").InnerTextAsync();
            Assert.All(Slips, word => Assert.False(text.Contains(word, StringComparison.Ordinal), $"{hash} says {word}: {text}"));
        }

        foreach (var id in ids)
        {
            using var cancelled = await dashboard.Http.PostAsync($"/api/v1/runs/{id}/cancel", null);
            await dashboard.Ended(id);
        }

        window.AssertSilent();
    }
}
