using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Data;
using Velodrome.Data.Access;

namespace Velodrome.Api.Access;

/// <summary>A key to make.</summary>
public sealed record KeyRequest
{
    /// <summary>Who or what the key is for: 1 to 100 letters, digits, dots, hyphens and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>read (read and predict), write (also change datasets and runs) or admin (also manage keys).</summary>
    public required KeyRole Role { get; init; }
}

/// <summary>A key, without its text.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Who or what it is for. The audit log has this name.</param>
/// <param name="Role">What it allows.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="RevokedAt">When it was revoked; null while it is active.</param>
internal sealed record KeyResponse(long Id, string Name, KeyRole Role, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt)
{
    public static KeyResponse From(ApiKey key) => new(key.Id, key.Name, key.Role, DateTimeOffset.FromUnixTimeMilliseconds(key.CreatedAt),
        key.RevokedAt is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null);
}

/// <summary>A key that was just made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Who or what it is for.</param>
/// <param name="Role">What it allows.</param>
/// <param name="Key">The key to send. It can't be read again.</param>
internal sealed record NewKeyResponse(long Id, string Name, KeyRole Role, string Key);

/// <summary>Make, list and revoke keys.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/keys").WithTags("Access").RequireRole(KeyRole.Admin);
        keys.MapPost("/", Create).WithName("createKey").WithBodyExample("application/json", """{ "name": "me", "role": "admin" }""")
            .Refuses(RefusalCodes.JsonBody).Refuses("unknownValue", "invalidName", "keyExists", "adminKeyRequired");
        keys.MapGet("/", List).WithName("listKeys").Refuses("outOfRange", "wrongType", "invalidPageToken");
        keys.MapGet("/{id:long}", Get).WithName("getKey").WithParameterExample("id", 1).Refuses("keyNotFound");
        keys.MapDelete("/{id:long}", Revoke).WithName("revokeKey").Refuses("keyNotFound", "lastAdminKey");
    }

    /// <summary>Make a key.</summary>
    /// <remarks>
    /// The answer shows the key, once: the service stores only its hash. The first key has the role admin. From then on every request needs
    /// a key, even on this machine.
    /// </remarks>
    /// <response code="201">Made. Store the key now.</response>
    private static async Task<Created<NewKeyResponse>> Create(KeyRequest request, HttpResponse response, ApiKeyStore store, ActiveKeys keys)
    {
        var (key, text) = await store.Add(request.Name, request.Role);
        keys.Changed();
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/v1/keys/{key.Id}", new NewKeyResponse(key.Id, key.Name, key.Role, text));
    }

    /// <summary>List keys, oldest first. Revoked keys are listed too.</summary>
    /// <param name="pageSize">The most keys to return, 1 to 1000. Default 100.</param>
    /// <param name="pageToken">The nextPageToken of the previous page.</param>
    private static async Task<Ok<Page<KeyResponse>>> List(
        TrainingDbContext database, CancellationToken cancellationToken, [Range(1, 1000)] int pageSize = 100, string? pageToken = null)
    {
        var after = PageToken.Read(pageToken)?.Id ?? 0;
        var found = await database.ApiKeys.AsNoTracking()
            .Where(key => key.Id > after)
            .OrderBy(key => key.Id)
            .Take(pageSize + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Create(found, pageSize, key => new PageToken(key.Id), KeyResponse.From));
    }

    /// <summary>Show a key.</summary>
    /// <param name="id">The key's id.</param>
    private static async Task<Ok<KeyResponse>> Get(long id, TrainingDbContext database, CancellationToken cancellationToken) =>
        await database.ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == id, cancellationToken) is { } key
            ? TypedResults.Ok(KeyResponse.From(key))
            : throw ApiKeyStore.NotFound(id);

    /// <summary>Revoke a key.</summary>
    /// <remarks>
    /// It stops working within a second, in all processes. Revoking it again changes nothing. The last key with the role admin can be
    /// revoked only after all others.
    /// </remarks>
    /// <param name="id">The key's id.</param>
    private static async Task<NoContent> Revoke(long id, ApiKeyStore store, ActiveKeys keys)
    {
        await store.Revoke(id);
        keys.Changed();
        return TypedResults.NoContent();
    }
}
