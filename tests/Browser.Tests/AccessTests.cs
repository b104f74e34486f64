using System.Text;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace Velodrome.Browser.Tests;

[Collection(DashboardCollection.Name)]
public sealed class AccessTests(Dashboard dashboard)
{
    [BrowserTheory]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    public async Task Every_page_is_accessible_and_as_wide_as_its_window(int width, ColorScheme scheme)
    {
        var (one, other, classes) = (await dashboard.Train(Requests.Sine), await dashboard.Train(Requests.Overfitting), await dashboard.Train(Requests.Iris));
        await using var window = await dashboard.Open(width, scheme);
        var charts = 0;

        foreach (var hash in new[] { "", $"#/runs/{one}", $"#/runs/{classes}", $"#/compare?ids={one},{other}", "#/compare", "#/new", $"#/new?from={other}", $"#/runs/{one}/predict", $"#/runs/{classes}/predict", "#/lesson" })
        {
            var page = await window.Go(hash);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            var faults = (await page.RunAxe()).Violations.Where(fault => fault.Impact is "serious" or "critical");
            Assert.True(!faults.Any(), $"{hash} at {width}, {scheme}: {string.Join("; ", faults.Select(Say))}");
            foreach (var chart in await page.Locator("[role=img].chart").AllAsync())
            {
                Assert.False(string.IsNullOrEmpty(await chart.GetAttributeAsync("aria-label")), $"A chart at {hash} says nothing to those who do not see it.");
                charts++;
                await Expect(chart.Locator("xpath=ancestor::section[1]").GetByText("As a table")).ToHaveCountAsync(1);
            }

            var spare = await page.EvaluateAsync<int>("() => innerWidth - document.documentElement.scrollWidth");
            Assert.True(spare >= 0, $"{hash} is {-spare} pixels wider than {width}.");
        }

        Assert.True(charts >= 5, $"Only {charts} charts were looked at.");
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task The_keyboard_alone_does_everything()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByText("Skip to content")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("main")).ToBeFocusedAsync();
        await TabTo(page, page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "New run" }));
        await page.Keyboard.PressAsync("Enter");

        await TabTo(page, page.GetByLabel("iris"));
        await page.Keyboard.PressAsync("Space");
        await TabTo(page, page.GetByLabel("sepal_length").Or(page.Locator("input[name=target]")).First);
        await page.Keyboard.PressAsync("ArrowUp"); // round to the last column
        await Expect(page.Locator("input[name=target]").Last).ToBeCheckedAsync();
        await TabTo(page, page.GetByRole(AriaRole.Radiogroup, new() { Name = "How the validation rows are chosen" }).GetByRole(AriaRole.Radio).First);
        await page.Keyboard.PressAsync("ArrowDown");
        await TabTo(page, page.GetByLabel("Epochs", new() { Exact = true }));
        await page.Keyboard.TypeAsync("15");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator(".status")).ToHaveTextAsync("succeeded");
        await TabTo(page, page.GetByRole(AriaRole.Button, new() { Name = "Log scale" }));
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Log scale" })).ToHaveAttributeAsync("aria-pressed", "true");
        await TabTo(page, page.GetByRole(AriaRole.Link, new() { Name = "Predict" }), backwards: true);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".answer")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("setosa|versicolor|virginica"));

        await TabTo(page, page.GetByRole(AriaRole.Navigation).Nth(0).GetByRole(AriaRole.Link, new() { Name = "Runs" }), backwards: true);
        await page.Keyboard.PressAsync("Enter");
        await TabTo(page, page.GetByRole(AriaRole.Button, new() { Name = "Delete run" }).First);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        window.AssertSilent();
    }

    /// <summary>Presses Tab until this has the focus, as somebody without a mouse does.</summary>
    private static async Task TabTo(IPage page, ILocator wanted, bool backwards = false)
    {
        await wanted.WaitForAsync();
        for (var presses = 0; presses < 120; presses++)
        {
            if (await wanted.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
        }

        Assert.Fail($"The keyboard does not reach {wanted}.");
    }

    private static string Say(AxeResultItem fault) =>
        new StringBuilder($"{fault.Id} ({fault.Impact}): {fault.Help} at ").AppendJoin(", ", fault.Nodes.Take(4).Select(node => $"{node.Target} {node.Html}")).ToString();
}
