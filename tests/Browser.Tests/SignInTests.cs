using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Browser.Tests;

/// <summary>A service with keys.</summary>
public sealed class SignInTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [BrowserFact]
    public async Task A_reader_signs_in_starts_runs_watches_their_curves_and_signs_out()
    {
        await MakeAdminKey();
        var (_, key) = await MakeKey("ann", "write");
        await using var window = await dashboard.Open();
        var page = await window.Go("#/lesson");
        await window.Page.GotoAsync("/#/");
        await Expect(Heading(page, "Sign in")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Key", new() { Exact = true })).ToBeFocusedAsync();

        await SignIn(page, "vd_wrong");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not know this key");
        await SignIn(page, key);
        await Expect(Heading(page, "Runs")).ToBeVisibleAsync();
        await Expect(page.GetByText("ann (write)")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Lesson" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Train 50 epochs and 3 epochs" }).ClickAsync();
        await Expect(page.Locator("[data-epochs='4']")).ToHaveCountAsync(1); // from 0 to 3
        await page.GotoAsync("/#/runs/2");
        await Expect(page.Locator(".status")).ToHaveTextAsync("succeeded");
        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Button, new() { Name = "Download as CSV" }).ClickAsync());
        Assert.Equal("run-2.csv", download.SuggestedFilename);

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(Heading(page, "Sign in")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(Heading(page, "Sign in")).ToBeVisibleAsync();
        await Expect(page.GetByText("ann (write)")).ToHaveCountAsync(0);
        window.AssertSilent("status of 401");
    }

    [BrowserFact]
    public async Task A_reader_whose_key_is_revoked_while_a_run_is_watched_is_asked_to_sign_in()
    {
        await MakeAdminKey();
        var (id, key) = await MakeKey("bob", "read");
        var run = await dashboard.StartRun(Requests.Endless);
        await using var window = await dashboard.Open();
        var page = await window.Go($"#/runs/{run}");
        await SignIn(page, key);
        await page.WaitForFunctionAsync("() => Number(document.querySelector('[data-epochs]')?.dataset.epochs) >= 5");

        await dashboard.Http.DeleteAsync($"/api/v1/keys/{id}");

        await Expect(Heading(page, "Sign in")).ToBeVisibleAsync();
        await dashboard.Cancel(run);
        window.AssertSilent("status of 401", "EventSource");
    }

    [BrowserFact]
    public async Task A_key_with_the_role_read_sees_no_button_that_would_be_refused_and_is_told_why()
    {
        await MakeAdminKey();
        var (run, training) = (await dashboard.Train(Requests.Students), await dashboard.StartRun(Requests.Endless));
        var (_, key) = await MakeKey("cid", "read");
        await using var window = await dashboard.Open();
        var page = await SignInAs(window, key);
        await Expect(page.GetByText("cid (read)")).ToBeVisibleAsync();

        await AssertReadOnly("#/", Heading(page, "Runs"), Link(page, $"Clone run {run}"), Button(page, $"Delete run {run}"),
            Button(page, $"Cancel run {training}"), Link(page, "Start a new run"), Link(page, "Queue"));
        await AssertReadOnly($"#/runs/{run}", Link(page, "Predict"), Button(page, "Delete"), Button(page, "Continue"), Link(page, "Clone"));
        await AssertReadOnly($"#/runs/{training}", page.Locator(".status"), Button(page, "Cancel"));
        await AssertReadOnly("#/new?dataset=iris", Heading(page, "New run"), page.GetByLabel("Or upload a file"), Button(page, "Train"));
        await AssertReadOnly("#/lesson", Heading(page, "What next?"), Button(page, "Train 50 epochs and 3 epochs"));
        await dashboard.Cancel(training);
        window.AssertSilent("status of 401");

        async Task AssertReadOnly(string address, ILocator shown, params ILocator[] hidden)
        {
            await page.GotoAsync($"/{address}");
            await Expect(shown).ToBeVisibleAsync();
            await Expect(page.GetByText("Your key has the role read.")).ToBeVisibleAsync();
            foreach (var control in hidden)
            {
                await Expect(control).ToBeHiddenAsync();
            }
        }
    }

    [BrowserTheory]
    [InlineData("write")]
    [InlineData("admin")]
    public async Task A_key_that_may_write_sees_every_button_and_only_an_administrator_the_queue(string role)
    {
        await MakeAdminKey();
        var run = await dashboard.Train(Requests.Students);
        var (_, key) = await MakeKey($"dan-{role}", role);
        await using var window = await dashboard.Open();
        var page = await SignInAs(window, key);

        await Expect(page.GetByText($"dan-{role} ({role})")).ToBeVisibleAsync();
        await Expect(Button(page, $"Delete run {run}")).ToBeVisibleAsync();
        await Expect(Link(page, "Start a new run")).ToBeVisibleAsync();
        await Expect(Link(page, "Queue")).ToBeVisibleAsync(new() { Visible = role == "admin" });
        await page.GotoAsync("/#/new?dataset=iris");
        await Expect(page.GetByLabel("Or upload a file")).ToBeVisibleAsync();
        await Expect(page.GetByText("Your key has the role read.")).ToBeHiddenAsync();
        window.AssertSilent("status of 401");
    }

    [BrowserFact]
    public async Task A_role_that_is_too_low_is_explained_where_the_reader_clicked()
    {
        await MakeAdminKey();
        var (_, reader) = await MakeKey("eve", "read");
        var (_, writer) = await MakeKey("eva", "write");
        await using var window = await dashboard.Open();
        var page = await SignInAs(window, writer);
        await page.GotoAsync("/#/lesson");

        await SignInElsewhere(page, reader); // in another tab of the same browser
        await Button(page, "Train 50 epochs and 3 epochs").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("needs a key with the role write");
        window.AssertSilent("status of 401", "status of 403");
    }

    /// <summary>The first of these tests closes the service; all of them use its admin key.</summary>
    private async Task MakeAdminKey()
    {
        if (dashboard.Http.DefaultRequestHeaders.Authorization is null)
        {
            var (_, key) = await MakeKey("admin", "admin");
            dashboard.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    private async Task<(long Id, string Key)> MakeKey(string name, string role)
    {
        using var response = await dashboard.Http.PostAsJsonAsync("/api/v1/keys", new { name, role });
        var made = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (made.GetProperty("id").GetInt64(), made.GetProperty("key").GetString()!);
    }

    private static async Task<IPage> SignInAs(Window window, string key)
    {
        var page = await window.Go("#/");
        await SignIn(page, key);
        await Expect(Heading(page, "Runs")).ToBeVisibleAsync();
        return page;
    }

    private static async Task SignInElsewhere(IPage page, string key)
    {
        var tab = await page.Context.NewPageAsync();
        await tab.GotoAsync("/");
        await Button(tab, "Sign out").ClickAsync();
        await SignIn(tab, key);
        await Expect(Heading(tab, "Runs")).ToBeVisibleAsync();
        await tab.CloseAsync();
    }

    private static async Task SignIn(IPage page, string key)
    {
        await page.GetByLabel("Key", new() { Exact = true }).FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    private static ILocator Button(IPage page, string text) => page.GetByRole(AriaRole.Button, new() { Name = text, Exact = true });

    private static ILocator Link(IPage page, string text) => page.GetByRole(AriaRole.Link, new() { Name = text, Exact = true });

    private static ILocator Heading(IPage page, string text) => page.GetByRole(AriaRole.Heading, new() { Name = text, Exact = true });
}
