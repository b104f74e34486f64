using System.Net;
using Microsoft.AspNetCore.Http;

namespace Velodrome.Api.Tests.Access;

/// <summary>/hangfire on a service with keys: for admins, and without a key for callers of the same machine.</summary>
public sealed class QueueAccessTests(KeyedApp app) : IClassFixture<KeyedApp>
{
    [Theory]
    [InlineData("192.168.0.7", "admin", 200, "")]
    [InlineData("192.168.0.7", "write", 403, "roleTooLow")]
    [InlineData("192.168.0.7", "read", 403, "roleTooLow")]
    [InlineData("192.168.0.7", null, 401, "keyRequired")]
    [InlineData("192.168.0.7", "wrong", 401, "keyInvalid")]
    [InlineData("127.0.0.1", null, 200, "")]
    public async Task The_queue_is_shown_to_admins_and_on_this_machine(string address, string? role, int status, string code)
    {
        var key = role == "wrong" ? "vd_wrong" : app.KeyOf(role ?? "read");
        var context = await app.Server.SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = IPAddress.Parse(address);
            (http.Request.Method, http.Request.Path) = ("GET", "/hangfire");
            (http.Request.Host, http.Request.Protocol) = (new HostString("localhost"), HttpProtocol.Http11);
            if (role is not null)
            {
                http.Request.Headers.Authorization = $"Bearer {key}";
            }
        });
        using var body = new StreamReader(context.Response.Body);

        Assert.Equal(status, context.Response.StatusCode);
        Assert.Contains(code.Length > 0 ? $"\"code\":\"{code}\"" : "Velodrome", await body.ReadToEndAsync(), StringComparison.Ordinal);
    }
}
