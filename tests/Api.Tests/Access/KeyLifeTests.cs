using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Api.Tests.Access;

/// <summary>Keys over HTTP, from the first one on an open service to the last one.</summary>
public sealed class KeyLifeTests : IDisposable
{
    private readonly VelodromeApp _app = new();
    private readonly HttpClient _http;

    public KeyLifeTests() => _http = _app.CreateClient();

    [Fact]
    public async Task Keys_are_made_listed_and_revoked()
    {
        Assert.Equal("adminKeyRequired", (await Refused.Read(await Make("ci", "write"), HttpStatusCode.Conflict)).Code);
        using var made = await Make("ann", "admin");
        Assert.Equal((HttpStatusCode.Created, "/api/v1/keys/1"), (made.StatusCode, $"{made.Headers.Location}"));
        Assert.True(made.Headers.CacheControl!.NoStore);
        var key = await Text(made, "key");
        Assert.Matches("^vd_[A-Za-z0-9_-]{43}$", key);
        await Refused.Read(await _http.GetAsync("/api/v1/keys"), HttpStatusCode.Unauthorized); // the service is closed now

        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var second = await Make("ci", "write");
        var ciKey = await Text(second, "key");
        Assert.Equal("keyExists", (await Refused.Read(await Make("ci", "read"), HttpStatusCode.Conflict)).Code);
        Assert.Equal("invalidName", (await Refused.Read(await Make("a b", "read"), HttpStatusCode.BadRequest)).Code);
        Assert.Equal("unknownValue", (await Refused.Read(await Make("bob", "owner"), HttpStatusCode.BadRequest)).Code);
        var list = await _http.GetStringAsync("/api/v1/keys");
        Assert.DoesNotContain(key[3..], list, StringComparison.Ordinal);
        Assert.Equal(["ann admin", "ci write"], Items(list).Select(item => $"{item.GetProperty("name")} {item.GetProperty("role")}"));

        Assert.Equal("lastAdminKey", (await Refused.Read(await _http.DeleteAsync("/api/v1/keys/1"), HttpStatusCode.Conflict)).Code);
        Assert.Equal("keyNotFound", (await Refused.Read(await _http.DeleteAsync("/api/v1/keys/9"), HttpStatusCode.NotFound)).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync("/api/v1/keys/2")).StatusCode);
        var revoked = await _http.GetFromJsonAsync<JsonElement>("/api/v1/keys/2");
        Assert.NotEqual(JsonValueKind.Null, revoked.GetProperty("revokedAt").ValueKind);
        await RefusedNow(ciKey);

        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync("/api/v1/keys/1")).StatusCode);
        await RefusedNow(key);
    }

    [Fact]
    public async Task The_list_of_keys_has_pages()
    {
        using var made = await Make("ann", "admin");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await Text(made, "key"));
        await Make("bob", "read");

        var first = await _http.GetFromJsonAsync<JsonElement>("/api/v1/keys?pageSize=1");
        var second = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/keys?pageSize=1&pageToken={first.GetProperty("nextPageToken")}");

        Assert.Equal("bob", second.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextPageToken").ValueKind);
    }

    public void Dispose() => _app.Dispose();

    private async Task RefusedNow(string key)
    {
        var http = _app.CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Assert.Equal("keyInvalid", (await Refused.Read(await http.GetAsync("/api/v1/runs"), HttpStatusCode.Unauthorized)).Code);
    }

    private Task<HttpResponseMessage> Make(string name, string role) => _http.PostAsJsonAsync("/api/v1/keys", new { name, role });

    private static async Task<string> Text(HttpResponseMessage response, string member) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty(member).GetString()!;

    private static IEnumerable<JsonElement> Items(string list) =>
        JsonDocument.Parse(list).RootElement.GetProperty("items").EnumerateArray();
}
