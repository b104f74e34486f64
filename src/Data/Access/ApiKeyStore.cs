using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Velodrome.Training;

namespace Velodrome.Data.Access;

/// <summary>
/// Makes and revokes keys. As long as any key is active, at least one active key has the role admin: otherwise no caller could make or
/// revoke keys over HTTP.
/// </summary>
public sealed partial class ApiKeyStore(DatabaseWriter writer, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>The stored key, and its text, which cannot be read again.</returns>
    /// <exception cref="RefusedException"><c>invalidName</c>, <c>keyExists</c>, <c>adminKeyRequired</c>.</exception>
    public async Task<(ApiKey Key, string Text)> Add(string name, KeyRole role)
    {
        CheckName(name);
        var text = KeyText.Create();
        var sha256 = Convert.ToHexStringLower(KeyText.Hash(text));
        var added = await writer.Write(database =>
        {
            LockTable(database);
            if (database.ApiKeys.Active().Any(active => active.Name == name))
            {
                throw new RefusedException("keyExists", "name",
                    $"There is an active key \"{name}\". Choose another name, or revoke it first.");
            }

            if (role != KeyRole.Admin && !database.ApiKeys.Active().Any(active => active.Role == KeyRole.Admin))
            {
                throw new RefusedException("adminKeyRequired", "role",
                    "There is no active key with the role admin, and without one no caller could make or revoke keys over HTTP. " +
                    "Make a key with the role admin first.");
            }

            var key = new ApiKey { Name = name, Role = role, Sha256 = sha256, CreatedAt = Now };
            database.ApiKeys.Add(key);
            database.SaveChanges(); // sets the id
            return key;
        });
        return (added, text);
    }

    /// <summary>Revokes a key. Revoking it again changes nothing.</summary>
    /// <exception cref="RefusedException"><c>keyNotFound</c>, <c>lastAdminKey</c>.</exception>
    public Task Revoke(long id) => writer.Write(database =>
    {
        LockTable(database);
        Revoke(database, database.ApiKeys.SingleOrDefault(key => key.Id == id) ?? throw NotFound(id));
    });

    /// <summary>Revokes the active key with this name.</summary>
    /// <exception cref="RefusedException"><c>keyNotFound</c>, <c>lastAdminKey</c>.</exception>
    public Task Revoke(string name) => writer.Write(database =>
    {
        LockTable(database);
        var names = database.ApiKeys.Active().Select(key => key.Name).ToList();
        Revoke(database, database.ApiKeys.Active().SingleOrDefault(key => key.Name == name) ?? throw new RefusedException("keyNotFound",
            "name", $"There is no active key \"{name}\".{NearestName.Suggestion(name, names)}"));
    });

    public static RefusedException NotFound(long id) =>
        new("keyNotFound", "id", $"There is no key {id}. GET /api/v1/keys lists all keys.");

    private void Revoke(TrainingDbContext database, ApiKey key)
    {
        if (key.RevokedAt is not null)
        {
            return;
        }

        var others = database.ApiKeys.Active().Where(other => other.Id != key.Id).Select(other => other.Role).ToList();
        if (key.Role == KeyRole.Admin && others.Count > 0 && !others.Contains(KeyRole.Admin))
        {
            throw new RefusedException("lastAdminKey", "id",
                $"\"{key.Name}\" is the last key with the role admin, and other keys are active. " +
                "Revoke those first, or make another key with the role admin.");
        }

        key.RevokedAt = Now;
    }

    /// <summary>
    /// Lets one process at a time change keys: two processes could otherwise each revoke one of the last two admin keys. On SQLite every
    /// transaction of the writer has the write lock from its beginning.
    /// </summary>
    private static void LockTable(TrainingDbContext database)
    {
        if (database.Database.IsNpgsql())
        {
            database.Database.ExecuteSqlRaw("""LOCK TABLE "ApiKeys" IN SHARE ROW EXCLUSIVE MODE""");
        }
    }

    private static void CheckName(string name)
    {
        if (name.Length > ApiKey.MaxNameLength || !AllowedName().IsMatch(name))
        {
            throw new RefusedException("invalidName", "name",
                $"The name of a key has 1 to {ApiKey.MaxNameLength} letters, digits, dots, hyphens and underscores, and starts with a " +
                "letter or digit.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex AllowedName();
}

public static class ApiKeyQueries
{
    /// <summary>Keys that have not been revoked.</summary>
    public static IQueryable<ApiKey> Active(this IQueryable<ApiKey> keys) => keys.Where(key => key.RevokedAt == null);
}
