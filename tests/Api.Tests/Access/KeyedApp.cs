using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Data.Access;

namespace Velodrome.Api.Tests.Access;

/// <summary>The service with a key of each role: <c>admin</c>, <c>write</c> and <c>read</c> are also their names.</summary>
public sealed class KeyedApp : VelodromeApp
{
    private readonly Lazy<Dictionary<string, string>> _keys;

    public KeyedApp() => _keys = new(() => MakeKeys().GetAwaiter().GetResult());

    public string KeyOf(string role) => _keys.Value[role];

    /// <summary>Sends a key of this role; none for null.</summary>
    public HttpClient ClientOf(string? role)
    {
        var key = KeyOf(role ?? "read");
        var http = CreateClient();
        http.DefaultRequestHeaders.Authorization = role is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private async Task<Dictionary<string, string>> MakeKeys()
    {
        var store = Services.GetRequiredService<ApiKeyStore>();
        var keys = new Dictionary<string, string>();
        foreach (var role in new[] { KeyRole.Admin, KeyRole.Write, KeyRole.Read })
        {
            var name = $"{role}".ToLowerInvariant();
            keys[name] = (await store.Add(name, role)).Text;
        }

        Services.GetRequiredService<Api.Access.ActiveKeys>().Changed();
        return keys;
    }
}
