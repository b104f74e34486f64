namespace Velodrome.Crash.Checks;

/// <summary>A key whose creation the service confirmed.</summary>
/// <param name="Id">Null for a key that was made by the command.</param>
/// <param name="Role">read, write or admin.</param>
/// <param name="Text">The text that clients send.</param>
public sealed record KnownKey(long? Id, string Name, string Role, string Text);

/// <summary>
/// Records which keys the service confirmed to be made and revoked. Adds a finding for each key that should work but does not, and for each
/// revoked key that works. A key whose revocation was not confirmed may work or not, but once refused it must not work again. Not
/// thread-safe: the workload makes one call at a time.
/// </summary>
public sealed class KeyChecker(Checker checker)
{
    private readonly OrderedDictionary<KnownKey, State> _keys = [];

    private enum State
    {
        Active,
        MayBeRevoked,
        Revoked,
    }

    /// <summary>All keys, the oldest first.</summary>
    public IReadOnlyCollection<KnownKey> Known => _keys.Keys;

    /// <summary>The keys that must work.</summary>
    public IEnumerable<KnownKey> Active => _keys.Where(key => key.Value == State.Active).Select(key => key.Key);

    /// <summary>Records that the service confirmed the creation.</summary>
    public void RecordMade(KnownKey key) => _keys.Add(key, State.Active);

    /// <summary>Records a request to revoke the key, whether or not a response arrives.</summary>
    public void RecordRevokeRequested(KnownKey key) => _keys[key] = State.MayBeRevoked;

    /// <summary>Records that the service confirmed the revocation.</summary>
    public void RecordRevoked(KnownKey key) => _keys[key] = State.Revoked;

    /// <param name="key">One of <see cref="Known"/>.</param>
    /// <param name="role">The role that the service says the key has, or null if it refuses the key.</param>
    public void Check(KnownKey key, string? role)
    {
        switch (_keys[key])
        {
            case State.Active when role is null:
                Report(FindingKind.Lost, $"key '{key.Name}' was made and does not work");
                break;
            case State.Revoked when role is not null:
                Report(FindingKind.Revived, $"key '{key.Name}' works after it was revoked");
                break;
            case State.MayBeRevoked when role is null:
                _keys[key] = State.Revoked;
                break;
            case not State.Revoked when role != key.Role:
                Report(FindingKind.Differing, $"key '{key.Name}' was made with the role {key.Role} and has the role {role}");
                break;
        }

        void Report(FindingKind kind, string message)
        {
            checker.AddFinding(kind, message);
            _keys.Remove(key); // at most one finding for each key
        }
    }
}
