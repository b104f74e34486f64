using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Velodrome.Api.Tests.Startup;

namespace Velodrome.Browser.Tests;

/// <summary>The dashboard below a path, as a proxy publishes it that passes the path on.</summary>
public sealed partial class SubPathTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [BrowserFact]
    public async Task The_dashboard_works_below_a_path()
    {
        var folder = Directory.CreateTempSubdirectory("velodrome-browser-").FullName;
        using (var service = ServiceProcess.Start("--DataFolder", folder, "--PathBase", "/velodrome"))
        {
            await service.Ready();
            var root = new Uri(service.Http.BaseAddress!, "velodrome/");
            using var created = await service.Http.PostAsync(
                new Uri(root, "api/v1/runs"), new StringContent(Requests.Students, Encoding.UTF8, "application/json"));
            Assert.Equal(1, (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt32());
            await using var window = await dashboard.Open();

            await window.Page.GotoAsync($"{root}#/runs/1");
            await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = NextStep() }).ClickAsync(); // once the run has ended
            await Expect(window.Page).ToHaveURLAsync($"{root}#/runs/2");
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "API" }).ClickAsync();
            await window.Page.Locator("#swagger-ui .opblock").First.WaitForAsync();

            Assert.StartsWith(root.ToString(), window.Page.Url, StringComparison.Ordinal);
            window.AssertSilent();
        }

        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex("^(Start this run|Train [0-9]+ more epochs)$")]
    private static partial Regex NextStep();
}
