using System.Text;
using System.Text.Json;

namespace Velodrome.Browser.Tests;

[Collection(DashboardCollection.Name)]
public sealed class SafetyTests(Dashboard dashboard)
{
    private const string Image = "<img src=x onerror=window.hacked=1>";
    private const string Script = "<script>window.hacked=1</script>";
    private const string Drawing = "\"><svg onload=window.hacked=1>{a|b}";
    private const string Bold = "<b onmouseover=window.hacked=1>bold</b>";

    [BrowserFact]
    public async Task Markup_in_a_dataset_is_shown_as_text()
    {
        var csv = new StringBuilder($"{Image},{Script},javascript:alert(1)\n");
        for (var row = 0; row < 60; row++)
        {
            csv.Append($"{row},{(row % 2 == 0 ? Bold : "&lt;i&gt;'; DROP TABLE")},{row * 2}\n");
        }

        using var content = new StringContent(csv.ToString(), Encoding.UTF8, "text/csv");
        using var response = await dashboard.Http.PostAsync("/api/v1/datasets?name=markup", content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        var regression = await Train("javascript:alert(1)", Drawing);
        var classification = await Train(Script, Image);
        await using var window = await dashboard.Open();

        foreach (var (hash, shown) in new[]
        {
            ("#/?name=onload", Drawing),
            ($"#/runs/{regression}", Drawing),
            ($"#/runs/{classification}", Bold),
            ($"#/runs/{classification}/predict", Image),
            ($"#/runs/{regression}/predict", Script),
            ($"#/compare?ids={regression},{classification}", Image),
            ("#/new?dataset=markup", Script),
            ($"#/new?from={regression}", Drawing),
        })
        {
            var page = await window.Go(hash);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await Expect(page.Locator("main").GetByText(shown).First).ToBeAttachedAsync();
            Assert.Equal(0, await page.Locator("main img, main script, main b[onmouseover], main svg[onload]").CountAsync());
            Assert.False(await page.EvaluateAsync<bool>("() => 'hacked' in window"), hash);
        }

        await window.Page.GotoAsync($"/api/v1/runs/{regression}/curve.svg");
        Assert.False(await window.Page.EvaluateAsync<bool>("() => 'hacked' in window"));
        window.AssertSilent();

        Task<long> Train(string target, string name) => dashboard.Train(JsonSerializer.Serialize(new
        {
            name,
            dataset = "markup",
            target,
            validation = new { split = "random", fraction = 0.3 },
            training = new { epochs = 3 },
        }));
    }

    [BrowserFact]
    public async Task A_script_that_is_injected_into_the_page_does_not_run()
    {
        await using var window = await dashboard.Open();
        var page = await window.Go("");

        await page.EvaluateAsync("""
            () => {
              const script = document.createElement('script');
              script.textContent = 'window.hacked = 1';
              document.body.append(script);
              const image = document.createElement('div');
              image.innerHTML = '<img src="data:," onerror="window.hacked = 1">';
              document.body.append(image);
            }
            """);
        await page.WaitForTimeoutAsync(300);

        Assert.False(await page.EvaluateAsync<bool>("() => 'hacked' in window"));
    }

    [BrowserTheory]
    [InlineData("/swagger", "#swagger-ui .opblock")]
    [InlineData("/hangfire", "#wrap")]
    public async Task Pages_from_packages_work_under_their_own_policy(string path, string part)
    {
        await using var window = await dashboard.Open();

        await window.Page.GotoAsync(path);

        await window.Page.Locator(part).First.WaitForAsync();
        window.AssertSilent();
    }
}
