using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Velodrome.Browser.Tests;

[Collection(DashboardCollection.Name)]
public sealed class JourneyTests(Dashboard dashboard)
{
    [BrowserFact]
    public async Task A_user_uploads_trains_and_predicts()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("");
        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "New run" }).ClickAsync();

        var csv = new StringBuilder("size,town,garden,price\n");
        for (var row = 0; row < 120; row++)
        {
            var (town, surcharge) = row % 3 == 0 ? ("Riga", 40) : ("Gent", 0);
            csv.Append($"{20 + row},{town},{row % 2 == 0},{100 + 3 * row + surcharge + row % 7}\n");
        }

        await page.GetByLabel("Or upload a file").SetInputFilesAsync(new FilePayload
        {
            Name = "town houses.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes(csv.ToString()),
        });
        await Expect(page.GetByText("Every row has 4 fields with commas.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Kind of garden")).ToHaveValueAsync("boolean");
        await page.GetByRole(AriaRole.Button, new() { Name = "Store dataset" }).ClickAsync();
        await Expect(page.GetByText("town houses: 120 rows")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Histogram from 20 to 139" })).ToBeVisibleAsync();
        await page.GetByLabel("price").CheckAsync();
        await Validation(page).GetByText("Random rows", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByText("About 24 of 120 rows are set aside. The network trains on the other 96.").First).ToBeVisibleAsync();
        await page.GetByLabel("Epochs", new() { Exact = true }).FillAsync("40");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("what houses cost");
        await page.GetByRole(AriaRole.Button, new() { Name = "Train" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "what houses cost" })).ToBeVisibleAsync();
        await Expect(page.Locator(".status")).ToHaveTextAsync("succeeded");
        await Expect(page.Locator(".lead")).ToContainTextAsync("alidation loss");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Predicted against actual" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Predict" }).ClickAsync();

        await page.GetByLabel("size", new() { Exact = true }).FillAsync("60");
        await page.GetByLabel("town").SelectOptionAsync("Riga");
        await Expect(page.Locator(".prediction")).ToHaveTextAsync(new Regex(@"^\d{2,3}(\.\d+)?$"));
        await Expect(page.GetByText("in 90% of cases")).ToBeVisibleAsync();
        await page.GetByLabel("size", new() { Exact = true }).FillAsync("9000");
        await Expect(page.GetByText("The prediction is a guess.")).ToBeVisibleAsync();
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_file_is_corrected_before_it_is_stored()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new");
        await page.GetByLabel("Or upload a file").SetInputFilesAsync(new FilePayload
        {
            Name = "Verkäufe.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("plz;datum;preis\n02134;01/02/2024;12,5\n10001;03/04/2024;-\n94103;05/06/2024;7\n"),
        });
        var store = page.GetByRole(AriaRole.Button, new() { Name = "Store dataset" });
        await Expect(page.GetByText("Decide before the file is stored")).ToBeVisibleAsync();
        await Expect(store).ToBeDisabledAsync();
        await Expect(page.GetByLabel("Kind of plz")).ToHaveValueAsync("category");

        await page.GetByLabel("Date format of datum").FillAsync("d/M/yyyy");
        await page.GetByLabel("Date format of datum").PressAsync("Enter");
        await Expect(page.GetByText("Decide before the file is stored")).ToHaveCountAsync(0);
        await page.GetByLabel("Kind of plz").SelectOptionAsync("left out");
        await Expect(page.GetByLabel("Kind of plz")).ToHaveValueAsync("left out");
        await store.ClickAsync();

        await Expect(page.GetByText("Verkäufe: 3 rows")).ToBeVisibleAsync();
        await Expect(page.GetByText("2024-02-01 to 2024-06-05")).ToBeVisibleAsync();
        await Expect(page.GetByText("1 of 3 cells of 'preis' is \"-\" and counts as missing.")).ToBeVisibleAsync();
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_file_that_cannot_be_read_as_it_is_can_be_corrected()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new");
        await page.GetByLabel("Or upload a file").SetInputFilesAsync(new FilePayload
        {
            Name = "uneven.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("a,b\n1,2,3\n4,5\n"),
        });
        await Expect(page.GetByText("the row has 3 values, but the header has only 2 columns")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Encoding")).ToHaveValueAsync("automatic");

        await page.GetByLabel("Delimiter").SelectOptionAsync("pipe");

        await Expect(page.GetByLabel("Kind of a,b")).ToHaveValueAsync("category");
        await Expect(page.GetByLabel("Delimiter")).ToHaveValueAsync("pipe");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Store dataset" })).ToBeEnabledAsync();
        window.AssertSilent("400");
    }

    [BrowserFact]
    public async Task A_workbook_is_stored_from_the_sheet_and_cells_that_the_user_names()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new");
        await page.GetByLabel("Or upload a file").SetInputFilesAsync(new FilePayload
        {
            Name = "Stunden (1).xlsx",
            MimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Buffer = await dashboard.Http.GetByteArrayAsync("/api/v1/datasets/study-hours/xlsx"),
        });
        await Expect(page.GetByText("The table was sent as Excel.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Delimiter")).ToHaveCountAsync(0);

        await page.GetByLabel("Sheet").FillAsync("Hours");
        await page.GetByLabel("Sheet").PressAsync("Enter");
        await Expect(page.GetByText("The workbook has no sheet \"Hours\". It has \"Table\".")).ToBeVisibleAsync();
        await page.GetByLabel("Sheet").FillAsync("Table");
        await page.GetByLabel("Cells").FillAsync("A1:B5");
        await page.GetByLabel("Cells").PressAsync("Enter");
        await Expect(page.GetByText("4 rows, 2 columns.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Sheet")).ToHaveValueAsync("Table");
        await page.GetByRole(AriaRole.Button, new() { Name = "Store dataset" }).ClickAsync();

        await Expect(page.GetByText("Stunden (1): 4 rows")).ToBeVisibleAsync();
        window.AssertSilent("status of 400");
    }

    [BrowserFact]
    public async Task A_refusal_is_shown_at_its_field()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new?dataset=study-hours");
        await page.GetByLabel("score").CheckAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Train" }).ClickAsync();
        await Expect(page.Locator(".field-error", new() { HasText = "\"validation\"" })).ToBeVisibleAsync();

        await Validation(page).GetByText("Rows by number").ClickAsync();
        await page.GetByLabel("Row numbers").FillAsync("5, 600");
        await page.GetByRole(AriaRole.Button, new() { Name = "Train" }).ClickAsync();
        await Expect(page.Locator("[data-path='validation.rows'] .field-error")).ToContainTextAsync("600");
        await Expect(page.GetByLabel("Row numbers")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Row numbers")).ToHaveAttributeAsync("aria-invalid", "true");

        await page.GetByLabel("Epochs", new() { Exact = true }).FillAsync("0");
        await page.GetByLabel("Dropout").FocusAsync();
        await Expect(page.Locator("[data-path='training.epochs'] .field-error"))
            .ToHaveTextAsync("The field training.epochs must be between 1 and 1000000.");
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
        await Expect(page.GetByText($"continues run {id}")).ToBeVisibleAsync();
        await Expect(page.Locator(".status")).ToHaveTextAsync("succeeded");

        await window.Go("#/?name=to+and");
        await row.GetByRole(AriaRole.Link, new() { Name = "Clone" }).ClickAsync();
        await Expect(page.GetByLabel("Epochs", new() { Exact = true })).ToHaveValueAsync("50000");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("to and fro");
        await Expect(page.GetByLabel("Stop early")).ToHaveValueAsync("off");

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
        var (overfitting, students) = (await dashboard.Train(Requests.Overfitting), await dashboard.Train(Requests.Students));
        await using var window = await dashboard.Open();
        var page = await window.Go("");
        await Expect(page.Locator($"[data-run='{students}']")).ToBeVisibleAsync();

        await page.GetByLabel("Verdict").SelectOptionAsync("overfitting");

        await Expect(page.Locator($"[data-run='{students}']")).ToHaveCountAsync(0);
        await Expect(page.Locator($"[data-run='{overfitting}'] .badge")).ToHaveTextAsync("overfitting");
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
            await page.GetByLabel($"Select run {id} to compare").CheckAsync();
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "Compare 2" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"compare\\?ids={ids[0]},{ids[1]}$"));

        await using var shared = await dashboard.Open();
        await shared.Page.GotoAsync(page.Url);
        await Expect(shared.Page.Locator("tr", new() { HasText = "earlyStopping.patience" })).ToContainTextAsync("10");
        await Expect(shared.Page.GetByText("training.seed")).ToHaveCountAsync(0);
        await Expect(shared.Page.GetByText($"#{ids[1]} minus #{ids[0]}")).ToBeVisibleAsync();
        window.AssertSilent();
        shared.AssertSilent();
    }

    [BrowserFact]
    public async Task Each_part_of_the_lesson_trains_with_one_click()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/lesson");
        var first = page.GetByLabel("Fifty attempts against three");
        var second = page.GetByLabel("Memorising the yard");

        await first.GetByRole(AriaRole.Button, new() { Name = "Train 50 epochs and 3 epochs" }).ClickAsync();
        await Expect(first.GetByRole(AriaRole.Link, new() { Name = "See details" })).ToHaveCountAsync(2);
        await Expect(first.GetByLabel("three epochs")).ToContainTextAsync("Epoch 3 of 3");
        await second.GetByRole(AriaRole.Button, new() { Name = "Overfit noisy-sine" }).ClickAsync();
        await Expect(second.GetByLabel("memorises", new() { Exact = true }).Locator(".badge")).ToHaveTextAsync("overfitting");
        await Expect(second.GetByLabel("stops early")).ToContainTextAsync("of 100. Best on the road in epoch");
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_run_can_be_saved_as_csv_picture_and_curl()
    {
        var id = await dashboard.Train(Requests.Students);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{id}");
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Loss curves over" })).ToBeVisibleAsync();

        foreach (var (name, start) in new[] { ("CSV", "epoch,trainLoss,validationLoss"), ("SVG", "<svg"), ("PNG", "PNG") })
        {
            var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync());
            Assert.Equal($"run-{id}.{name.ToLowerInvariant()}", download.SuggestedFilename);
            var content = await File.ReadAllTextAsync(await download.PathAsync(), Encoding.Latin1);
            Assert.Contains(start, content[..40], StringComparison.Ordinal);
        }

        await page.GetByText("All settings, with every default").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy as curl" }).ClickAsync();
        var curl = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        var body = Regex.Match(curl, "-d '(.*)'$", RegexOptions.Singleline).Groups[1].Value;
        Assert.StartsWith($"curl -s {dashboard.Http.BaseAddress}api/v1/runs ", curl, StringComparison.Ordinal);
        await dashboard.StartRun(body);
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_picture_of_a_chart_that_is_not_drawn_yet_is_saved_once_it_is()
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

    [BrowserFact]
    public async Task A_download_that_fails_shows_an_error()
    {
        var id = await dashboard.Train(Requests.Students);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{id}");
        await page.RouteAsync($"**/runs/{id}/history", route => route.AbortAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "CSV" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The service does not answer.");
        window.AssertSilent("net::ERR_FAILED");
    }

    [BrowserFact]
    public async Task A_prediction_and_its_interval_are_shown_to_a_hundredth_of_the_width_of_the_interval()
    {
        var id = await dashboard.Train(Requests.Sine);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{id}/predict");
        var request = new { rows = new[] { new { x = 1.25 } } };
        using var response = await dashboard.Http.PostAsJsonAsync($"/api/v1/runs/{id}/predictions", request);
        var prediction = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("predictions")[0];
        var (low, high) = (Number(prediction.GetProperty("interval"), "low"), Number(prediction.GetProperty("interval"), "high"));
        Assert.InRange(high - low, 1, 9.99); // or the number of digits below is another one

        await page.GetByLabel("x", new() { Exact = true }).FillAsync("1.25");

        await Expect(page.Locator(".prediction")).ToHaveTextAsync($"{Number(prediction, "value"):F2}");
        await Expect(page.GetByText($"between {low:F2} and {high:F2} in 90% of cases")).ToBeVisibleAsync();
        window.AssertSilent();

        static double Number(JsonElement item, string member) => item.GetProperty(member).GetDouble();
    }

    private static ILocator Validation(IPage page) =>
        page.GetByRole(AriaRole.Radiogroup, new() { Name = "How the validation rows are chosen" });
}
