using System.Data.Common;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Data.Access;

namespace Velodrome.Api.Access;

/// <summary>
/// Keeps the active keys in memory, so that a request does not wait for the database. A key that any process revokes stops working in less
/// than a second.
/// </summary>
internal sealed class ActiveKeys(IDbContextFactory<TrainingDbContext> contexts, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a request that needs no key waits for the database.</summary>
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private Task<KeySnapshot>? _loading;
    private volatile KeySnapshot _latest = KeySnapshot.Unknown;
    private int _changes;

    public async ValueTask<KeySnapshot> Get()
    {
        var snapshot = _latest;
        if (IsFresh(snapshot))
        {
            return snapshot;
        }

        var asked = time.GetTimestamp();
        do
        {
            snapshot = await Reload();
        }
        while (!IsFresh(snapshot) && (IsOutdated(snapshot) || snapshot.LoadedAt < asked)); // it joined a read that began before this call
        return snapshot;
    }

    /// <summary>Like <see cref="Get"/>, but if the database is slow or fails, the keys that were read before.</summary>
    public async ValueTask<KeySnapshot> GetPromptly()
    {
        try
        {
            return await Get().AsTask().WaitAsync(ShortWait);
        }
        catch (Exception failure) when (failure is TimeoutException or DbException or InvalidOperationException)
        {
            return _latest;
        }
    }

    /// <summary>Has the next request read the keys again. Call it after this process has changed one.</summary>
    public void Changed() => Interlocked.Increment(ref _changes);

    private bool IsFresh(KeySnapshot snapshot) => !IsOutdated(snapshot) && time.GetElapsedTime(snapshot.LoadedAt) < Lifetime;

    private bool IsOutdated(KeySnapshot snapshot) => snapshot.Changes != Volatile.Read(ref _changes);

    private Task<KeySnapshot> Reload()
    {
        lock (_lock)
        {
            return _loading is null && IsFresh(_latest) ? Task.FromResult(_latest) : _loading ??= Task.Run(Load);
        }
    }

    private async Task<KeySnapshot> Load()
    {
        try
        {
            var (loadedAt, changes) = (time.GetTimestamp(), Volatile.Read(ref _changes));
            await using var database = await contexts.CreateDbContextAsync();
            var keys = await database.ApiKeys.AsNoTracking().Active().ToListAsync();
            var hadKeys = keys.Count > 0 || await database.ApiKeys.AnyAsync();
            return _latest = new KeySnapshot(loadedAt, changes, keys, hadKeys);
        }
        finally
        {
            lock (_lock)
            {
                _loading = null;
            }
        }
    }
}

/// <summary>The active keys at a moment.</summary>
/// <param name="loadedAt">Timestamp before they were read.</param>
/// <param name="changes">How many changes of this process they contain.</param>
/// <param name="keys">All active keys.</param>
/// <param name="hadKeys">Whether a key was ever made, even if it has been revoked.</param>
internal sealed class KeySnapshot(long loadedAt, int changes, IEnumerable<ApiKey> keys, bool hadKeys)
{
    /// <summary>Nothing is known yet, so no key is accepted.</summary>
    public static readonly KeySnapshot Unknown = new(0, changes: -1, [], hadKeys: true);

    private readonly (byte[] Hash, ClaimsPrincipal Caller)[] _keys =
        [.. keys.Select(key => (Convert.FromHexString(key.Sha256), Caller.With(key)))];

    public long LoadedAt => loadedAt;

    public int Changes => changes;

    public bool HadKeys => hadKeys;

    public bool HasActiveKeys => _keys.Length > 0;

    /// <summary>The caller whose key this is; null if it is no active key. The comparison takes the same time for every text.</summary>
    public ClaimsPrincipal? Find(string text)
    {
        var hash = KeyText.Hash(text);
        ClaimsPrincipal? found = null;
        foreach (var key in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.Hash))
            {
                found = key.Caller;
            }
        }

        return found;
    }

    /// <summary>Whether the caller's key is active. True for a caller without a key.</summary>
    public bool IsActive(ClaimsPrincipal caller) => caller.KeyId() is not { } id || Array.Exists(_keys, key => key.Caller.KeyId() == id);
}
