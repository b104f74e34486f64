using System.Text;
using System.Text.Json.Nodes;

namespace Velodrome.Browser.Tests;

/// <summary>The bar while a file is imported. The service goes on at once to import in the background, and the pages see it held.</summary>
[Collection(DashboardCollection.Name)]
public sealed class UploadProgressTests(Dashboard dashboard)
{
    [BrowserFact]
    public async Task A_file_that_is_imported_in_the_background_has_a_bar_until_it_is_stored()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new");
        var release = await HoldImports(page);

        await Store(page, "large-file");

        await Expect(page.GetByText("Reading: 412,000 rows")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Upload", new() { Exact = true })).ToHaveJSPropertyAsync("value", 0.41);
        release.SetResult();
        await Expect(page.GetByText("large-file: 3 rows")).ToBeVisibleAsync();
        await Expect(page.GetByText("Reading: 412,000 rows")).ToBeHiddenAsync();
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task An_import_is_cancelled_with_the_button_of_its_file()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new");
        await HoldImports(page);
        await Store(page, "unwanted-file");
        await Expect(page.GetByText("Reading: 412,000 rows")).ToBeVisibleAsync();

        var cancelled = page.WaitForRequestAsync(request => request.Url.EndsWith("/cancel", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await cancelled;
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Store dataset" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        window.AssertSilent();
    }

    private static async Task Store(IPage page, string name)
    {
        await page.GetByLabel("Or upload a file").SetInputFilesAsync(new FilePayload
        {
            Name = $"{name}.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("x,y\n1,2\n2,4\n3,6\n"),
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Store dataset" }).ClickAsync();
    }

    /// <summary>Has the service answer an upload before it is stored, and shows each import as half done until it is released.</summary>
    private static async Task<TaskCompletionSource> HoldImports(IPage page)
    {
        var released = new TaskCompletionSource();
        await page.RouteAsync(url => new Uri(url).AbsolutePath == "/api/v1/datasets", async route =>
        {
            var headers = new Dictionary<string, string>(route.Request.Headers) { ["prefer"] = "respond-async" };
            await (route.Request.Method == "POST" ? route.ContinueAsync(new() { Headers = headers }) : route.FallbackAsync());
        });
        await page.RouteAsync("**/api/v1/imports/*", async route =>
        {
            if (released.Task.IsCompleted)
            {
                await route.FallbackAsync();
                return;
            }

            var answer = await route.FetchAsync();
            var import = JsonNode.Parse(await answer.TextAsync())!;
            (import["status"], import["rows"], import["fraction"], import["finishedAt"]) = ("reading", 412_000, 0.41, null);
            await route.FulfillAsync(new() { Response = answer, Body = import.ToJsonString() });
        });
        return released;
    }
}
