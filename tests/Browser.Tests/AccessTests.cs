using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace Velodrome.Browser.Tests;

[Collection(DashboardCollection.Name)]
public sealed class AccessTests(Dashboard dashboard)
{
    [BrowserTheory]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    public async Task Every_page_is_accessible_and_fits_its_window(int width, ColorScheme scheme)
    {
        var sine = await dashboard.Train(Requests.Sine);
        var overfitting = await dashboard.Train(Requests.Overfitting);
        var iris = await dashboard.Train(Requests.Iris);
        await using var window = await dashboard.Open(width, scheme);
        var charts = 0;

        foreach (var hash in new[]
        {
            "", $"#/runs/{sine}", $"#/runs/{iris}", $"#/compare?ids={sine},{overfitting}", "#/compare", "#/new",
            $"#/new?from={overfitting}", $"#/runs/{sine}/predict", $"#/runs/{iris}/predict", "#/lesson",
        })
        {
            var page = await window.Go(hash);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            var violations = (await page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical");
            Assert.True(!violations.Any(), $"{hash} at {width}, {scheme}: {string.Join("; ", violations.Select(Describe))}");
            foreach (var chart in await page.Locator("[role=img].chart").AllAsync())
            {
                var description = await chart.GetAttributeAsync("aria-label");
                Assert.False(string.IsNullOrEmpty(description), $"A chart at {hash} has no description for screen readers.");
                await Expect(chart.Locator("xpath=ancestor::section[1]").GetByText("Show as a table")).ToHaveCountAsync(1);
                charts++;
            }

            var excess = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
            Assert.True(excess <= 0, $"{hash} is {excess} pixels wider than {width}.");
        }

        Assert.True(charts >= 5, $"Only {charts} charts were checked.");
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task Everything_can_be_done_with_the_keyboard()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByText("Skip to content")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("main")).ToBeFocusedAsync();
        await TabTo(page, page.GetByRole(AriaRole.Link, new() { Name = "Start a new run" }));
        await page.Keyboard.PressAsync("Enter");

        await TabTo(page, page.GetByLabel("iris"));
        await page.Keyboard.PressAsync("Space");
        await TabTo(page, page.GetByLabel("sepal_length").Or(page.Locator("input[name=target]")).First);
        await page.Keyboard.PressAsync("ArrowUp"); // from the first column to the last
        await Expect(page.Locator("input[name=target]").Last).ToBeCheckedAsync();
        var validation = page.GetByRole(AriaRole.Radiogroup, new() { Name = "How the validation rows are chosen" });
        await TabTo(page, validation.GetByRole(AriaRole.Radio).First);
        await page.Keyboard.PressAsync("ArrowDown");
        await TabTo(page, page.GetByLabel("Epochs", new() { Exact = true }));
        await page.Keyboard.TypeAsync("15");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator(".status")).ToHaveTextAsync("succeeded");
        await TabTo(page, page.GetByRole(AriaRole.Button, new() { Name = "Use log scale" }));
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Use log scale" })).ToHaveAttributeAsync("aria-pressed", "true");
        await TabTo(page, page.GetByRole(AriaRole.Link, new() { Name = "Predict" }), backwards: true);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".prediction")).ToHaveTextAsync(new Regex("setosa|versicolor|virginica"));

        await TabTo(page, page.GetByRole(AriaRole.Navigation).First.GetByRole(AriaRole.Link, new() { Name = "Runs" }), backwards: true);
        await page.Keyboard.PressAsync("Enter");
        await TabTo(page, page.GetByRole(AriaRole.Button, new() { Name = "Delete run" }).First);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        window.AssertSilent();
    }

    /// <summary>Presses Tab until an element has the focus.</summary>
    private static async Task TabTo(IPage page, ILocator target, bool backwards = false)
    {
        await target.WaitForAsync();
        for (var presses = 0; presses < 120; presses++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
        }

        Assert.Fail($"The keyboard does not reach {target}.");
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Id} ({violation.Impact}): {violation.Help} at "
        + string.Join(", ", violation.Nodes.Take(4).Select(node => $"{node.Target} {node.Html}"));
}
