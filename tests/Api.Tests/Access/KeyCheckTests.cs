using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Velodrome.Api.Tests.Access;

/// <summary>How a key is sent and checked.</summary>
public sealed class KeyCheckTests(KeyedApp app) : IClassFixture<KeyedApp>
{
    private readonly HttpClient _anonymous = app.ClientOf(null);

    [Theory]
    [InlineData("Bearer {0}")]
    [InlineData("bearer   {0}")]
    public async Task A_key_is_accepted_as_a_bearer_token(string header) => Assert.Equal("read", await NameOf(header, app.KeyOf("read")));

    [Theory]
    [InlineData("")]
    [InlineData("anybody")]
    public async Task A_key_is_accepted_as_the_password_of_any_user(string user) =>
        Assert.Equal("write", await NameOf("Basic {0}", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{app.KeyOf("write")}"))));

    [Theory]
    [InlineData("/api/v1/runs")]
    [InlineData("/api/v1/nowhere")]
    [InlineData("/nowhere")]
    public async Task Without_a_key_every_address_is_refused(string path)
    {
        using var response = await _anonymous.GetAsync(path);

        Assert.Equal("keyRequired", (await Refused.Read(response, HttpStatusCode.Unauthorized)).Code);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task With_a_key_an_unknown_address_is_unknown() =>
        Assert.Equal("unknownRoute", (await Refused.Read(await app.ClientOf("read").GetAsync("/nowhere"), HttpStatusCode.NotFound)).Code);

    public static TheoryData<string> WrongHeaders =>
    [
        "Bearer vd_0123456789abcdefghijklmnopqrstuvwxyz0123456", "Bearer", "Bearer ", "Basic", "Basic !", "Basic dmRf", "Digest username=x",
        "vd_0123456789abcdefghijklmnopqrstuvwxyz0123456", "Bearer \u00e4",
    ];

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public async Task A_wrong_key_is_refused(string header)
    {
        using var response = await Send(header);

        Assert.Equal("keyInvalid", (await Refused.Read(response, HttpStatusCode.Unauthorized)).Code);
        Assert.Single(response.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/session");
        request.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {app.KeyOf("read")}", $"Bearer {app.KeyOf("admin")}"]);

        Assert.Equal("keyInvalid", (await Refused.Read(await _anonymous.SendAsync(request), HttpStatusCode.Unauthorized)).Code);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/js/main.js")]
    [InlineData("/js/parts/session.js")]
    [InlineData("/css/base.css")]
    [InlineData("/icon.svg")]
    [InlineData("/_content/Vizor.ECharts/js/vizor-echarts-bundle-min.js")]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task The_files_of_the_pages_need_no_key(string path) =>
        Assert.Equal(HttpStatusCode.OK, (await _anonymous.GetAsync(path)).StatusCode);

    [Fact]
    public async Task Probes_need_no_key_but_tell_the_reasons_only_to_a_key()
    {
        using var live = await _anonymous.GetAsync("/health/live");
        Assert.Equal("""{"status":"healthy"}""", await live.Content.ReadAsStringAsync());
        var ready = await _anonymous.GetFromJsonAsync<JsonElement>("/health/ready");
        Assert.Equal(["status"], ready.EnumerateObject().Select(member => member.Name));

        var detailed = await app.ClientOf("read").GetFromJsonAsync<JsonElement>("/health/ready");
        Assert.True(detailed.GetProperty("checks").TryGetProperty("database", out _));
    }

    [Fact]
    public async Task A_read_key_predicts()
    {
        object[] rows = [new { x = 1 }];
        using var response = await app.ClientOf("read").PostAsJsonAsync("/api/v1/runs/999999/predictions", new { rows });

        Assert.Equal("runNotFound", (await Refused.Read(response, HttpStatusCode.NotFound)).Code);
    }

    private async Task<HttpResponseMessage> Send(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/session");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        return await _anonymous.SendAsync(request);
    }

    private async Task<string?> NameOf(string header, string credential)
    {
        using var response = await Send(string.Format(System.Globalization.CultureInfo.InvariantCulture, header, credential));
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name").GetString();
    }
}
