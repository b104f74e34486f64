using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Data.Access;
using Velodrome.Training;

namespace Velodrome.Api.Access;

/// <summary>A key to sign in with.</summary>
public sealed record SignInRequest
{
    /// <summary>The key, as it was shown when it was made.</summary>
    public required string Key { get; init; }
}

/// <summary>Who sends a request.</summary>
/// <param name="Open">True if the service needs no key; then everyone has the role admin.</param>
/// <param name="Name">The name of the caller's key; null without a key.</param>
/// <param name="Role">What the caller may do.</param>
internal sealed record SessionResponse(bool Open, string? Name, KeyRole Role);

/// <summary>Trades a key for a cookie, for the dashboard.</summary>
internal static class SessionEndpoints
{
    public static void MapSession(this IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup("/session").WithTags("Access");
        session.MapGet("/", Get).WithName("getSession");
        session.MapPost("/", SignIn).WithName("signIn").AllowAnonymous()
            .WithBodyExample("application/json", """{ "key": "vd_0123456789abcdefghijklmnopqrstuvwxyz0123456" }""")
            .Refuses(RefusalCodes.JsonBody).Refuses("keyInvalid");
        session.MapDelete("/", SignOut).WithName("signOut").RequireRole(KeyRole.Read);
    }

    /// <summary>Show whose key this is, and what it allows.</summary>
    private static Ok<SessionResponse> Get(HttpContext http) => TypedResults.Ok(new SessionResponse(
        Open: !http.User.HasKey(), http.User.Identity?.Name, http.User.Role()!.Value));

    /// <summary>Sign in: trade a key for a cookie.</summary>
    /// <remarks>For browsers. Scripts can't read the cookie, pages of other sites can't send it, and it ends with the browser.</remarks>
    private static async Task<Ok<SessionResponse>> SignIn(SignInRequest request, HttpContext http, ActiveKeys keys)
    {
        http.User = (await keys.Get()).Find(request.Key) ?? throw new RefusedException([AccessRefusals.KeyInvalid("key")]);
        SessionCookie.Set(http, request.Key);
        return Get(http);
    }

    /// <summary>Sign out: remove the cookie.</summary>
    private static NoContent SignOut(HttpContext http)
    {
        SessionCookie.Delete(http);
        return TypedResults.NoContent();
    }
}
