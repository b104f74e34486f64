using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Runs;

/// <summary>Stores a run once for every Idempotency-Key, however often and from wherever the request comes.</summary>
internal sealed class Idempotency(IDbContextFactory<TrainingDbContext> contexts, DatabaseWriter writer, IOptions<JsonOptions> json)
{
    public const string Header = "Idempotency-Key";

    /// <summary>The run that the same request made before; null when it is new, or has no key.</summary>
    /// <exception cref="RefusedException"><c>idempotencyKeyReused</c>: another request had this key. <c>wrongLength</c>.</exception>
    public async Task<Run?> Find(string? key, RunRequest request, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return null;
        }

        if (key.Length is 0 or > IdempotencyKey.MaxLength)
        {
            throw new RefusedException("wrongLength", Header, $"An {Header} has 1 to {IdempotencyKey.MaxLength} characters; this one has {key.Length}.");
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return Find(database, key, HashOf(request));
    }

    /// <summary>Stores a new run, and its key with it.</summary>
    /// <returns>The run, or the one that the same request has made meanwhile.</returns>
    public async Task<(Run Run, bool IsNew)> Store(Run run, string? key, RunRequest request)
    {
        try
        {
            return await writer.Write(database =>
            {
                if (key is not null && Find(database, key, HashOf(request)) is { } earlier)
                {
                    return (earlier, false);
                }

                database.Runs.Add(run);
                database.SaveChanges();
                if (key is not null)
                {
                    database.Add(new IdempotencyKey { Key = key, BodySha256 = HashOf(request), RunId = run.Id });
                }

                return (run, true);
            });
        }
        catch (DbUpdateException) when (key is not null)
        {
            // Another process stored the key between our look and our insert.
            return (await Find(key, request, CancellationToken.None) ?? throw new InvalidOperationException("The run could not be stored."), false);
        }
    }

    private static Run? Find(TrainingDbContext database, string key, string hash)
    {
        var known = database.Set<IdempotencyKey>().AsNoTracking().SingleOrDefault(known => known.Key == key);
        return known is null ? null
            : known.BodySha256 == hash ? database.Runs.AsNoTracking().Single(run => run.Id == known.RunId)
            : throw new RefusedException("idempotencyKeyReused", Header,
                $"The {Header} '{key}' came with another request before, which made run {known.RunId}. Send each request with a key of its own, and the same key only with the same request.");
    }

    private string HashOf(RunRequest request) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, json.Value.SerializerOptions)));
}
