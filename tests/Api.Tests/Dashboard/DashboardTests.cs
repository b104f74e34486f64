using System.Net;

namespace Velodrome.Api.Tests.Dashboard;

public sealed class DashboardTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/js/main.js", "text/javascript")]
    [InlineData("/_content/Vizor.ECharts/js/vizor-echarts-bundle-min.js", "text/javascript")]
    public async Task The_page_and_its_files_are_served(string path, string type)
    {
        var response = await _http.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/runs")]
    [InlineData("/nowhere")]
    public async Task Only_the_services_own_script_files_may_run(string path)
    {
        var policy = (await _http.GetAsync(path)).Headers.GetValues("Content-Security-Policy").Single();

        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_dashboard_is_smaller_than_175_kilobytes()
    {
        var files = new DirectoryInfo(Repository.PathTo("src", "Api", "wwwroot")).EnumerateFiles("*", SearchOption.AllDirectories);

        Assert.InRange(files.Sum(file => file.Length), 1, 175_000);
    }
}
