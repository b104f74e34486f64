using System.Collections.Concurrent;
using System.Text;
using Velodrome.Fuzz.Requests;

namespace Velodrome.Fuzz.Generators;

/// <summary>A key of the service.</summary>
internal sealed record KnownKey(long Id, string Text, Role Role);

/// <summary>
/// The keys of the harness, one for each role, and those that requests make. Requests revoke only the latter, so the harness cannot shut
/// itself out.
/// </summary>
/// <param name="own">The keys of the harness.</param>
/// <param name="port">The port of the service, which the name of its cookie contains.</param>
internal sealed class Keys(IReadOnlyList<KnownKey> own, int port)
{
    private const int MaxRevoked = 20;

    private static readonly string[] WrongHeaders =
    [
        "", "Bearer", "Bearer ", "Bearer x", $"Bearer vd_{new string('0', 43)}", "bearer\tvd_", "Bearer vd_a vd_b", "Bearer é", "Basic",
        "Basic Og==", "Basic !", "Basic eDp2ZF8wMDAw", "Digest username=\"x\"", "null", $"Bearer {new string('x', 3000)}",
    ];

    private readonly ConcurrentDictionary<long, KnownKey> _made = new();
    private readonly ConcurrentQueue<KnownKey> _revoked = new();

    private string CookieName => $"velodrome-key-{port}";

    public void AddMade(KnownKey key) => _made[key.Id] = key;

    /// <summary>Records that the service confirmed the revocation.</summary>
    public void AddRevoked(long id)
    {
        if (_made.TryRemove(id, out var key))
        {
            _revoked.Enqueue(key);
            while (_revoked.Count > MaxRevoked)
            {
                _revoked.TryDequeue(out _);
            }
        }
    }

    /// <summary>The id of a key that may be revoked, or one that no key has.</summary>
    public long IdToRevoke(Dice dice) => Choose(_made.Values, dice)?.Id ?? 1_000_000_000L + dice.Below(10);

    /// <summary>An active key, a revoked one, or one that never existed.</summary>
    public string Text(Dice dice) => dice.Below(8) switch
    {
        0 => OddValues.AnyText(dice),
        1 => $"vd_{new string('0', 43)}",
        2 when Choose(_revoked, dice) is { } revoked => revoked.Text,
        3 or 4 when Choose(_made.Values, dice) is { } made => made.Text,
        _ => dice.Pick(own).Text,
    };

    /// <summary>Most requests have the role admin, so that they get further than the check of the key.</summary>
    public Sender Sender(Dice dice) => dice.Below(20) switch
    {
        0 => new(Role.None, null),
        1 => new(Role.None, ("Authorization", dice.Pick(WrongHeaders))),
        2 => new(Role.None, ("Cookie", dice.Pick(["=;;", $"{CookieName}=vd_x", $"velodrome-key-{port + 1}={dice.Pick(own).Text}"]))),
        3 when Choose(_revoked, dice) is { } revoked => new(Role.None, Header(revoked, dice)),
        4 when Choose(_made.Values, dice) is { } made => new(made.Role, Header(made, dice)) { MayBeRevoked = true },
        < 7 => From(Role.Read, dice),
        < 10 => From(Role.Write, dice),
        _ => From(Role.Admin, dice),
    };

    private Sender From(Role role, Dice dice) => new(role, Header(own.First(key => key.Role == role), dice));

    private (string Name, string Value) Header(KnownKey key, Dice dice) => dice.Below(4) switch
    {
        0 => ("Cookie", $"{dice.Pick(["", "a=b; "])}{CookieName}={key.Text}"),
        1 => ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{dice.Pick(["", "me", "é"])}:{key.Text}"))}"),
        2 => ("authorization", $"bearer {key.Text}"),
        _ => ("Authorization", $"Bearer {key.Text}"),
    };

    private static KnownKey? Choose(IEnumerable<KnownKey> keys, Dice dice) =>
        keys.OrderBy(key => key.Id).ToArray() is { Length: > 0 } some ? dice.Pick(some) : null;
}
