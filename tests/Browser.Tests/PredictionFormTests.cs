using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Velodrome.Browser.Tests;

/// <summary>The fields of the page on which a reader describes a row to predict.</summary>
[Collection(DashboardCollection.Name)]
public sealed class PredictionFormTests(Dashboard dashboard)
{
    [BrowserFact]
    public async Task A_column_of_large_numbers_that_differ_little_starts_in_its_range_and_can_be_moved_through_it()
    {
        const long First = 1_700_000_000; // such as times in seconds
        var rows = Enumerable.Range(0, 200)
            .Select(minute => string.Create(CultureInfo.InvariantCulture, $"{First + 60 * minute},{minute}\n"));
        using var csv = new StringContent($"t,y\n{string.Concat(rows)}", Encoding.UTF8, "text/csv");
        (await dashboard.Http.PostAsync("/api/v1/datasets?name=times", csv)).EnsureSuccessStatusCode().Dispose();
        var run = await dashboard.Train("""
            { "dataset": "times", "target": "y", "validation": { "split": "random" }, "training": { "epochs": 3 } }
            """);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{run}/predict");
        var (field, slider) = (page.GetByLabel("t", new() { Exact = true }), page.GetByLabel("Slider for t"));

        Assert.InRange(long.Parse(await field.InputValueAsync(), CultureInfo.InvariantCulture), First, First + 60 * 199);
        await Expect(page.GetByText(new Regex(@"^17000\d{5} to 17000\d{5} in training"))).ToBeVisibleAsync();
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        var lowest = await field.InputValueAsync();
        await page.Keyboard.PressAsync("End");

        Assert.NotEqual(lowest, await field.InputValueAsync());
        window.AssertSilent();
    }
}
