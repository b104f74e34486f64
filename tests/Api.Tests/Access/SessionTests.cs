using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Api.Tests.Access;

public sealed class SessionTests(KeyedApp app) : IClassFixture<KeyedApp>
{
    [Fact]
    public async Task A_key_is_traded_for_a_cookie_that_works_until_the_sign_out()
    {
        var http = app.ClientOf(null);

        using var signedIn = await SignIn(http, app.KeyOf("write"));
        Assert.Equal("""{"open":false,"name":"write","role":"write"}""", await signedIn.Content.ReadAsStringAsync());
        Assert.Equal("write", (await http.GetFromJsonAsync<JsonElement>("/api/v1/session")).GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/v1/runs")).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync("/api/v1/session")).StatusCode);
        Assert.Equal("keyRequired", (await Refused.Read(await http.GetAsync("/api/v1/session"), HttpStatusCode.Unauthorized)).Code);
    }

    [Theory]
    [InlineData("http://localhost", "velodrome-key-80", "path=/; samesite=strict; httponly")]
    [InlineData("http://localhost:5080", "velodrome-key-5080", "path=/; samesite=strict; httponly")]
    [InlineData("https://localhost", "velodrome-key-443", "path=/; secure; samesite=strict; httponly")]
    public async Task The_cookie_is_only_for_this_service_and_not_for_scripts(string address, string name, string attributes)
    {
        var http = app.CreateClient(new() { BaseAddress = new(address) });

        using var response = await SignIn(http, app.KeyOf("read"));

        Assert.Equal($"{name}={app.KeyOf("read")}; {attributes}", response.Headers.GetValues("Set-Cookie").Single());
    }

    [Theory]
    [InlineData("")]
    [InlineData("vd_wrong")]
    public async Task A_wrong_key_is_refused_without_a_cookie(string key)
    {
        using var response = await SignIn(app.ClientOf(null), key);

        var refused = await Refused.Read(response, HttpStatusCode.Unauthorized);
        Assert.Equal(("keyInvalid", "key"), (refused.Code, refused.Errors[0].Field));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Single(response.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task A_header_takes_precedence_over_the_cookie()
    {
        var http = app.ClientOf("read");
        await SignIn(http, app.KeyOf("write"));

        Assert.Equal("read", (await http.GetFromJsonAsync<JsonElement>("/api/v1/session")).GetProperty("name").GetString());
    }

    private static Task<HttpResponseMessage> SignIn(HttpClient http, string key) => http.PostAsJsonAsync("/api/v1/session", new { key });
}
