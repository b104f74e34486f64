using System.Globalization;
using System.Net;
using System.Security.Claims;
using Velodrome.Data.Access;

namespace Velodrome.Api.Access;

/// <summary>
/// Who sends a request: the owner of a key or, without a key, anyone at an address. As <c>HttpContext.User</c>, the name of its identity
/// is that of the key, and null without a key. It has a role claim for its role and for each role that this one includes.
/// </summary>
internal static class Caller
{
    /// <summary>Anybody, while the service is open.</summary>
    public static readonly ClaimsPrincipal Anybody = new(new ClaimsIdentity(RolesUpTo(KeyRole.Admin)));

    public static ClaimsPrincipal With(ApiKey key) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, key.Name),
            new Claim(ClaimTypes.NameIdentifier, key.Id.ToString(CultureInfo.InvariantCulture)),
            .. RolesUpTo(key.Role),
        ],
        authenticationType: ApiKeyHandler.Scheme));

    public static bool Has(this ClaimsPrincipal caller, KeyRole role) => caller.IsInRole(NameOf(role));

    /// <summary>The highest role; null for a caller who may only use what needs no key.</summary>
    public static KeyRole? Role(this ClaimsPrincipal caller) =>
        Enum.GetValues<KeyRole>().Reverse().Where(caller.Has).Select(role => (KeyRole?)role).FirstOrDefault();

    /// <summary>The id of the caller's key.</summary>
    public static string? KeyId(this ClaimsPrincipal caller) => caller.FindFirstValue(ClaimTypes.NameIdentifier);

    public static bool HasKey(this ClaimsPrincipal caller) => caller.Identity is { IsAuthenticated: true };

    /// <summary>The name of the key that the request was sent with; null if it was sent without one.</summary>
    public static string? CallerKey(this HttpContext http) => http.User.HasKey() ? http.User.Identity!.Name : null;

    /// <summary>A text that no other caller has: the name of its key, or its address.</summary>
    public static string CallerId(this HttpContext http) =>
        http.CallerKey() is { } key ? $"key {key}" : $"address {http.Connection.RemoteIpAddress}";

    /// <summary>Whether the request comes from the service's own machine, without a key.</summary>
    public static bool IsLocalWithoutKey(this HttpContext http) =>
        http.CallerKey() is null && http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    public static string NameOf(KeyRole role) => role switch
    {
        KeyRole.Read => "read",
        KeyRole.Write => "write",
        _ => "admin",
    };

    private static IEnumerable<Claim> RolesUpTo(KeyRole role) => Enum.GetValues<KeyRole>()
        .Where(included => included <= role)
        .Select(included => new Claim(ClaimTypes.Role, NameOf(included)));
}
