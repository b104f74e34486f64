namespace Velodrome.Browser.Tests;

[Collection(DashboardCollection.Name)]
public sealed class ThemeTests(Dashboard dashboard)
{
    private const string BlockLocalStorage =
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('Blocked', 'SecurityError'); } });";

    [BrowserFact]
    public async Task The_chosen_theme_is_kept()
    {
        await using var window = await dashboard.Open(scheme: ColorScheme.Light);
        var page = await window.Go("");
        await AssertTheme(page, "light");

        await Switch(page).ClickAsync();
        await AssertTheme(page, "dark");
        await page.ReloadAsync();

        await AssertTheme(page, "dark");
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task The_theme_can_be_switched_where_local_storage_is_blocked()
    {
        await using var window = await dashboard.Open(scheme: ColorScheme.Dark);
        await window.Page.AddInitScriptAsync(BlockLocalStorage);
        var page = await window.Go("");
        await AssertTheme(page, "dark");

        await Switch(page).ClickAsync();
        await AssertTheme(page, "light");
        await page.EvaluateAsync("() => { location.hash = '/lesson'; }");
        await AssertTheme(page, "light");
        await Switch(page).ClickAsync();

        await AssertTheme(page, "dark");
        window.AssertSilent();
    }

    private static ILocator Switch(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Switch between light and dark" });

    private static Task AssertTheme(IPage page, string theme) => Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", theme);
}
