using Microsoft.AspNetCore.Authorization;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Data.Access;

namespace Velodrome.Api.Access;

/// <summary>
/// Gives each operation the role that it needs, as endpoint metadata. The method decides, unless the operation has one of these extensions
/// or <c>AllowAnonymous</c>.
/// </summary>
internal static class AccessRules
{
    public static TBuilder RequireRole<TBuilder>(this TBuilder endpoint, KeyRole role) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(RuleFor(role));

    /// <summary>Says that the operation changes nothing, although its method is POST. A key with the role read is enough.</summary>
    public static TBuilder ChangesNothing<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ChangesNothing());

    /// <summary>Gives each operation its rule, and declares the codes with which the rule refuses.</summary>
    public static RouteGroupBuilder RequireRoles(this RouteGroupBuilder routes)
    {
        ((IEndpointConventionBuilder)routes).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<IAllowAnonymous>().Any())
            {
                return;
            }

            if (!endpoint.Metadata.OfType<IAuthorizeData>().Any())
            {
                endpoint.Metadata.Add(RuleFor(IsReading(endpoint.Metadata) ? KeyRole.Read : KeyRole.Write));
            }

            endpoint.Metadata.Add(new Refusals(RefusalCodes.Access));
        });
        return routes;
    }

    /// <summary>Whether a request can change something.</summary>
    public static bool IsWrite(HttpContext http, Endpoint? endpoint) =>
        !IsSafe(http.Request.Method) && endpoint?.Metadata.GetMetadata<ChangesNothing>() is null;

    /// <summary>The role that a request needs.</summary>
    public static KeyRole RoleFor(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Roles is { } role
        ? Enum.Parse<KeyRole>(role, ignoreCase: true)
        : KeyRole.Read;

    private static AuthorizeAttribute RuleFor(KeyRole role) => new() { Roles = Caller.NameOf(role) };

    /// <summary>Whether the operation changes nothing.</summary>
    private static bool IsReading(IList<object> metadata) => metadata.OfType<ChangesNothing>().Any()
        || metadata.OfType<IHttpMethodMetadata>().Last().HttpMethods.All(IsSafe);

    /// <summary>Safe methods of RFC 9110, section 9.2.1.</summary>
    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
}

/// <summary>Endpoint metadata: see <see cref="AccessRules.ChangesNothing"/>.</summary>
internal sealed record ChangesNothing;
