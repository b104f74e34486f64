namespace Velodrome.Browser.Tests;

/// <summary>The examples in the API's page, on a service without runs: they name run 1.</summary>
public sealed class SwaggerTests : IClassFixture<Dashboard>
{
    private readonly Dashboard _dashboard;

    public SwaggerTests(Dashboard dashboard) => _dashboard = dashboard;

    [BrowserFact]
    public async Task The_examples_train_a_run_and_predict_without_changes()
    {
        await using var window = await _dashboard.Open();
        await window.Page.GotoAsync("/swagger");

        var created = await Execute(window.Page, "createRun");
        await Expect(created).ToContainTextAsync("\"id\": 1");
        await _dashboard.WaitForEnd(1);
        await Expect(await Execute(window.Page, "getRunHistory")).ToContainTextAsync("\"validationLoss\"");
        await Expect(await Execute(window.Page, "predict")).ToContainTextAsync("\"value\"");
        window.AssertSilent();
    }

    private static async Task<ILocator> Execute(IPage page, string operation)
    {
        var block = page.Locator($"[id$='-{operation}']");
        await block.Locator(".opblock-summary-control").ClickAsync();
        await block.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();
        return block.Locator(".live-responses-table .highlight-code").First;
    }
}
