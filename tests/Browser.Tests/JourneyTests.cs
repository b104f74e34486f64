using System.Text;
using System.Text.RegularExpressions;

namespace Velodrome.Browser.Tests;

[Collection(DashboardCollection.Name)]
public sealed class JourneyTests(Dashboard dashboard)
{
    [BrowserFact]
    public async Task From_upload_to_prediction_by_clicking()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("");
        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "New run" }).ClickAsync();

        var csv = new StringBuilder("size,town,garden,price\n");
        for (var row = 0; row < 120; row++)
        {
            csv.Append($"{20 + row},{(row % 3 == 0 ? "Riga" : "Gent")},{row % 2 == 0},{100 + 3 * row + (row % 3 == 0 ? 40 : 0) + row % 7}\n");
        }

        await page.GetByLabel("Or upload a CSV").SetInputFilesAsync(new FilePayload { Name = "town houses.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(csv.ToString()) });
        await Expect(page.GetByText("town-houses: 120 rows")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Histogram from 20 to 139" })).ToBeVisibleAsync();
        await page.GetByLabel("price").CheckAsync();
        await Validation(page).GetByText("Rows picked at random").ClickAsync();
        await Expect(page.GetByText("About 24 of 120 rows are set aside; the network practises on the other 96.").First).ToBeVisibleAsync();
        await page.GetByLabel("Epochs", new() { Exact = true }).FillAsync("40");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("what houses cost");
        await page.GetByRole(AriaRole.Button, new() { Name = "Train" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "what houses cost" })).ToBeVisibleAsync();
        await Expect(page.Locator(".status")).ToHaveTextAsync("succeeded");
        await Expect(page.Locator(".sentence")).ToContainTextAsync("alidation loss");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Predicted against actual" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Predict" }).ClickAsync();

        await page.GetByLabel("size", new() { Exact = true }).FillAsync("60");
        await page.GetByLabel("town").SelectOptionAsync("Riga");
        await Expect(page.Locator(".answer")).ToHaveTextAsync(new Regex(@"^\d{2,3}(\.\d+)?$"));
        await Expect(page.GetByText("In 90% of cases like the validation rows")).ToBeVisibleAsync();
        await page.GetByLabel("size", new() { Exact = true }).FillAsync("9000");
        await Expect(page.GetByText("that the network practised on: this is a guess")).ToBeVisibleAsync();
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_refusal_stands_at_its_field()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new?dataset=study-hours");
        await page.GetByLabel("score").CheckAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Train" }).ClickAsync();
        await Expect(page.Locator(".wrong", new() { HasText = "\"validation\"" })).ToBeVisibleAsync();

        await Validation(page).GetByText("Rows that I name").ClickAsync();
        await page.GetByLabel("Row numbers").FillAsync("5, 600");
        await page.GetByRole(AriaRole.Button, new() { Name = "Train" }).ClickAsync();
        await Expect(page.Locator("[data-path='validation.rows'] .wrong")).ToContainTextAsync("600");
        await Expect(page.GetByLabel("Row numbers")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Row numbers")).ToHaveAttributeAsync("aria-invalid", "true");

        await page.GetByLabel("Epochs", new() { Exact = true }).FillAsync("0");
        await page.GetByLabel("Dropout").FocusAsync();
        await Expect(page.Locator("[data-path='training.epochs'] .wrong")).ToHaveTextAsync("The field training.epochs must be between 1 and 1000000.");
        window.AssertSilent("status of 400");
    }

    [BrowserFact]
    public async Task A_run_is_cancelled_continued_cloned_and_deleted_from_the_list()
    {
        var id = await dashboard.StartRun(Requests.Endless.Replace("endless", "to and fro", StringComparison.Ordinal));
        await using var window = await dashboard.Open();
        var page = await window.Go("#/?name=to+and");
        var row = page.Locator($"[data-run='{id}']");
        await Expect(row).ToContainTextAsync("left");

        await row.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(row.Locator(".status")).ToHaveTextAsync("cancelled");

        await row.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByLabel("Epochs to add").FillAsync("2");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(page.GetByText($"goes on from run {id}")).ToBeVisibleAsync();
        await Expect(page.Locator(".status")).ToHaveTextAsync("succeeded");

        await window.Go("#/?name=to+and");
        await row.GetByRole(AriaRole.Link, new() { Name = "Clone" }).ClickAsync();
        await Expect(page.GetByLabel("Epochs", new() { Exact = true })).ToHaveValueAsync("50000");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("to and fro");
        await Expect(page.GetByLabel("Stop by itself")).Not.ToBeCheckedAsync();

        await window.Go("#/?name=to+and");
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        await Expect(page.GetByText("to and fro, continued")).ToBeVisibleAsync();
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task Runs_are_filtered_by_verdict_at_an_address_that_can_be_shared()
    {
        var (heart, few) = (await dashboard.Train(Requests.Overfitting), await dashboard.Train(Requests.Students));
        await using var window = await dashboard.Open();
        var page = await window.Go("");
        await Expect(page.Locator($"[data-run='{few}']")).ToBeVisibleAsync();

        await page.GetByLabel("Verdict").SelectOptionAsync("overfitting");

        await Expect(page.Locator($"[data-run='{few}']")).ToHaveCountAsync(0);
        await Expect(page.Locator($"[data-run='{heart}'] .badge")).ToHaveTextAsync("overfitting");
        await Expect(page).ToHaveURLAsync(new Regex("verdict=overfitting"));
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task Runs_are_compared_at_an_address_that_can_be_shared()
    {
        var ids = new[] { await dashboard.Train(Requests.Overfitting), await dashboard.Train(Requests.Stopping) };
        await using var window = await dashboard.Open();
        var page = await window.Go("");
        foreach (var id in ids)
        {
            await page.GetByLabel($"Choose run {id} to compare").CheckAsync();
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "Compare 2" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"compare\\?ids={ids[0]},{ids[1]}$"));

        await using var shared = await dashboard.Open();
        await shared.Page.GotoAsync(page.Url);
        await Expect(shared.Page.Locator("tr", new() { HasText = "earlyStopping.patience" })).ToContainTextAsync("10");
        await Expect(shared.Page.GetByText("training.seed")).ToHaveCountAsync(0);
        await Expect(shared.Page.GetByText($"#{ids[1]} less #{ids[0]}")).ToBeVisibleAsync();
        window.AssertSilent();
        shared.AssertSilent();
    }

    [BrowserFact]
    public async Task The_lesson_is_one_click_a_part()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/lesson");
        var first = page.GetByLabel("Fifty attempts, and three");
        var second = page.GetByLabel("Knowing the yard by heart");

        await first.GetByRole(AriaRole.Button, new() { Name = "Train 50 epochs and 3 epochs" }).ClickAsync();
        await Expect(first.GetByRole(AriaRole.Link, new() { Name = "Look closer" })).ToHaveCountAsync(2);
        await Expect(first.GetByLabel("three epochs")).ToContainTextAsync("Epoch 3 of 3");
        await second.GetByRole(AriaRole.Button, new() { Name = "Overfit noisy-sine" }).ClickAsync();
        await Expect(second.GetByLabel("by heart", new() { Exact = true }).Locator(".badge")).ToHaveTextAsync("overfitting");
        await Expect(second.GetByLabel("stops by itself")).ToContainTextAsync("of 100; on the road best in epoch");
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_run_can_be_taken_away_as_csv_picture_and_curl()
    {
        var id = await dashboard.Train(Requests.Students);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{id}");
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Loss curves over" })).ToBeVisibleAsync();

        foreach (var (name, start) in new[] { ("CSV", "epoch,trainLoss,validationLoss"), ("SVG", "<svg"), ("PNG", "\u2030PNG"[1..]) })
        {
            var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync());
            Assert.Equal($"run-{id}.{name.ToLowerInvariant()}", download.SuggestedFilename);
            Assert.Contains(start, (await File.ReadAllTextAsync(await download.PathAsync(), Encoding.Latin1))[..40], StringComparison.Ordinal);
        }

        await page.GetByText("Resolved spec").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy as curl" }).ClickAsync();
        var curl = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        var body = Regex.Match(curl, "-d '(.*)'$", RegexOptions.Singleline).Groups[1].Value;
        Assert.StartsWith($"curl -s {dashboard.Http.BaseAddress}api/v1/runs ", curl, StringComparison.Ordinal);
        await dashboard.StartRun(body);
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_picture_that_is_asked_for_before_the_chart_is_drawn_comes_when_it_is()
    {
        var id = await dashboard.Train(Requests.Students);
        await using var window = await dashboard.Open();
        var library = new TaskCompletionSource();
        await window.Page.RouteAsync("**/*echarts*", async route =>
        {
            await library.Task;
            await route.ContinueAsync();
        });
        var page = await window.Go($"#/runs/{id}");

        var download = await page.RunAndWaitForDownloadAsync(async () =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "SVG" }).ClickAsync();
            library.SetResult();
        });

        Assert.Contains("<path", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
        window.AssertSilent();
    }

    private static ILocator Validation(IPage page) => page.GetByRole(AriaRole.Radiogroup, new() { Name = "How the validation rows are chosen" });
}
