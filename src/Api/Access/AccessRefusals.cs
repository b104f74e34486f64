using Velodrome.Data.Access;
using Velodrome.Training;

namespace Velodrome.Api.Access;

/// <summary>Why a request is refused for lack of a key or a role.</summary>
internal static class AccessRefusals
{
    public static Fault KeyRequired { get; } = new("keyRequired", "Authorization",
        "This needs a key. Send it as \"Authorization: Bearer KEY\", or sign in on the dashboard. An administrator makes keys with " +
        "POST /api/v1/keys. The first one is made on the service's machine, with the command `keys add NAME --role admin`.");

    /// <param name="field">Where the key was sent.</param>
    public static Fault KeyInvalid(string field) => new("keyInvalid", field,
        $"The service does not know this key, or it has been revoked. A key begins with {KeyText.Prefix}. Send another one.");

    public static Fault RoleTooLow(HttpContext http, KeyRole needed) => new("roleTooLow", null,
        $"{http.Request.Method} {http.Request.PathBase}{http.Request.Path} needs a key with the role {Caller.NameOf(needed)}. The key " +
        $"\"{http.User.Identity?.Name}\" has the role {Caller.NameOf(http.User.Role() ?? KeyRole.Read)}.");
}
