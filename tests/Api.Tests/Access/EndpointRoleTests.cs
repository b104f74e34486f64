using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Velodrome.Api.Tests.Access;

/// <summary>Walks all endpoints of the service, so that none can be forgotten.</summary>
public sealed class EndpointRoleTests(KeyedApp app) : IClassFixture<KeyedApp>
{
    private const string Nobody = "nobody";

    /// <summary>Operations that need another role than their method says.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["POST /api/v1/runs/{id:long}/predictions"] = "read", // changes nothing
        ["POST /api/v1/datasets/preview"] = "read",
        ["POST /api/v1/keys/"] = "admin",
        ["GET /api/v1/keys/"] = "admin",
        ["GET /api/v1/keys/{id:long}"] = "admin",
        ["DELETE /api/v1/keys/{id:long}"] = "admin",
        ["POST /api/v1/session/"] = Nobody, // takes the key
        ["DELETE /api/v1/session/"] = "read", // every key may sign out
        ["GET /health/live"] = Nobody,
        ["GET /health/ready"] = Nobody,
        ["GET /hangfire/{**path}"] = Nobody, // has a check of its own, see QueueAccessTests
    };

    [Fact]
    public void Each_operation_needs_the_role_that_its_method_says_or_is_a_known_exception()
    {
        var operations = Operations();

        Assert.InRange(operations.Count, 30, 300);
        Assert.Empty(Exceptions.Keys.Except(operations.Select(operation => operation.Name)));
        Assert.All(operations, operation => Assert.Equal((operation.Name, ExpectedRole(operation)), (operation.Name, RoleOf(operation))));
    }

    [Fact]
    public async Task Each_operation_refuses_no_key_and_every_lower_role()
    {
        foreach (var operation in Operations().Where(operation => operation.Method != "HEAD" && ExpectedRole(operation) != Nobody))
        {
            await Refused.Read(await Send(operation, role: null), HttpStatusCode.Unauthorized);
            foreach (var role in new[] { "read", "write", "admin" })
            {
                using var response = await Send(operation, role);
                if (Rank(role) < Rank(ExpectedRole(operation)))
                {
                    var refused = await Refused.Read(response, HttpStatusCode.Forbidden);
                    Assert.Equal("roleTooLow", refused.Code);
                    Assert.Contains($"the role {ExpectedRole(operation)}.", refused.Detail, StringComparison.Ordinal);
                }
                else
                {
                    Assert.False(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden,
                        $"{operation.Name} with the role {role}: {response.StatusCode}");
                }
            }
        }

        static int Rank(string role) => Array.IndexOf(["read", "write", "admin"], role);
    }

    private static string ExpectedRole(Operation operation) =>
        Exceptions.TryGetValue(operation.Name, out var role) ? role : operation.Method is "GET" or "HEAD" ? "read" : "write";

    private static string? RoleOf(Operation operation) => operation.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        ? Nobody
        : operation.Endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Roles;

    /// <summary>Sends the operation about things that do not exist.</summary>
    private async Task<HttpResponseMessage> Send(Operation operation, string? role)
    {
        var path = operation.Pattern.Replace("{id:long}", "999999", StringComparison.Ordinal)
            .Replace("{name}", "nothing", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
        if (operation.Endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is { } accepts)
        {
            request.Content = new StringContent("", System.Text.Encoding.UTF8, accepts.ContentTypes[0]);
        }

        return await app.ClientOf(role).SendAsync(request);
    }

    private List<Operation> Operations() =>
    [
        .. from endpoint in app.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select new Operation(method, endpoint.RoutePattern.RawText!, endpoint),
    ];

    private sealed record Operation(string Method, string Pattern, Endpoint Endpoint)
    {
        public string Name => $"{(Method == "HEAD" ? "GET" : Method)} /{Pattern.TrimStart('/')}";
    }
}
