using System.Text;

namespace Velodrome.Browser.Tests;

/// <summary>A response that arrives late changes neither another page nor a newer response.</summary>
[Collection(DashboardCollection.Name)]
public sealed class LateAnswerTests(Dashboard dashboard)
{
    [BrowserFact]
    public async Task The_dataset_that_is_chosen_last_is_shown()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new");
        var iris = await HeldAnswer.To(window, "GET", "/api/v1/datasets/iris");

        await page.GetByLabel("iris").CheckAsync();
        await iris.Asked;
        await page.GetByLabel("study-hours").CheckAsync();
        await Expect(page.GetByText("study-hours: 8 rows")).ToBeVisibleAsync();
        await iris.Release();

        await Expect(page.GetByText("study-hours: 8 rows")).ToBeVisibleAsync();
        await Expect(page.GetByText("iris: 150 rows")).ToHaveCountAsync(0);
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_dataset_that_is_chosen_during_an_upload_stays_chosen()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new");
        var upload = await HeldAnswer.To(window, "POST", "/api/v1/datasets");

        await page.GetByLabel("Or upload a file").SetInputFilesAsync(Csv("during-upload"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Store dataset" }).ClickAsync();
        await upload.Asked;
        await page.GetByLabel("iris").CheckAsync();
        await Expect(page.GetByText("iris: 150 rows")).ToBeVisibleAsync();
        await upload.Release();

        await Expect(page.GetByLabel("during-upload")).Not.ToBeCheckedAsync();
        await Expect(page.GetByLabel("iris")).ToBeCheckedAsync();
        await Expect(page.GetByText("iris: 150 rows")).ToBeVisibleAsync();
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task An_upload_that_ends_after_its_page_was_left_does_not_change_the_address()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("#/new");
        var upload = await HeldAnswer.To(window, "POST", "/api/v1/datasets");

        await page.GetByLabel("Or upload a file").SetInputFilesAsync(Csv("left-behind"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Store dataset" }).ClickAsync();
        await upload.Asked;
        await OpenLesson(page);
        await upload.Release();

        AssertLesson(page);
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_form_that_loads_after_its_page_was_left_does_not_change_the_address()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("");
        var schema = await HeldAnswer.To(window, "GET", "/swagger/v1/swagger.json");

        await page.EvaluateAsync("() => { location.hash = '/new?dataset=iris'; }");
        await schema.Asked;
        await OpenLesson(page);
        await schema.Release();

        AssertLesson(page);
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_filter_that_is_typed_just_before_its_page_is_left_does_not_change_the_address()
    {
        await using var window = await dashboard.Open();
        await window.Page.Clock.InstallAsync();
        var page = await window.Go("");
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddHours(1)); // from here on, timers end only in RunForAsync

        await page.GetByLabel("Name contains").FillAsync("sine");
        await OpenLesson(page);
        await page.Clock.RunForAsync(10_000);
        await window.HandleAnswers();

        AssertLesson(page);
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_run_that_is_deleted_after_its_page_was_left_does_not_change_the_address()
    {
        var id = await dashboard.Train(Requests.Students);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{id}");
        var deletion = await HeldAnswer.To(window, "DELETE", $"/api/v1/runs/{id}");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await deletion.Asked;
        await OpenLesson(page);
        await deletion.Release();

        AssertLesson(page);
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_run_that_is_continued_after_its_page_was_left_does_not_change_the_address()
    {
        var id = await dashboard.Train(Requests.Students);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{id}");
        var continuation = await HeldAnswer.To(window, "POST", $"/api/v1/runs/{id}/continue");

        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByLabel("Epochs to add").FillAsync("2");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await continuation.Asked;
        await OpenLesson(page);
        await continuation.Release();

        AssertLesson(page);
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_provisional_verdict_that_arrives_after_the_final_one_is_not_shown()
    {
        var id = await dashboard.StartRun(Requests.Endless);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{id}");
        await Expect(page.Locator(".badge.provisional")).ToBeVisibleAsync();
        var provisional = await HeldAnswer.To(window, "GET", $"/api/v1/runs/{id}", asksFirst: true);
        await provisional.Asked;

        await dashboard.Cancel(id);
        await Expect(page.Locator(".status")).ToHaveTextAsync("cancelled");
        await Expect(page.Locator(".badge")).ToHaveCountAsync(1);
        await Expect(page.Locator(".badge.provisional")).ToHaveCountAsync(0);
        await provisional.Release();

        Assert.Equal(1, await page.Locator(".badge").CountAsync());
        Assert.Equal(0, await page.Locator(".badge.provisional").CountAsync());
        window.AssertSilent();
    }

    [BrowserFact]
    public async Task A_dialog_closes_when_its_page_is_left()
    {
        var id = await dashboard.Train(Requests.Students);
        await using var window = await dashboard.Open();
        var page = await window.Go("#/lesson");
        await page.EvaluateAsync($"() => {{ location.hash = '/runs/{id}'; }}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();

        await page.GoBackAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "bicycle" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        window.AssertSilent();
    }

    private static FilePayload Csv(string name) => new()
    {
        Name = $"{name}.csv",
        MimeType = "text/csv",
        Buffer = Encoding.UTF8.GetBytes("x,y\n1,2\n2,4\n3,6\n4,8\n"),
    };

    private static async Task OpenLesson(IPage page)
    {
        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Lesson" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "bicycle" })).ToBeVisibleAsync();
    }

    private static void AssertLesson(IPage page) => Assert.EndsWith("#/lesson", page.Url, StringComparison.Ordinal);
}
