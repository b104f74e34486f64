using System.Text;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Access;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;
using Velodrome.Training;

namespace Velodrome.Data.Tests.Access;

public sealed class ApiKeyStoreTests : IDisposable
{
    private readonly TestDatabase _database = new TestDatabase().Upgraded();
    private readonly DatabaseWriter _writer;
    private readonly ApiKeyStore _store;

    public ApiKeyStoreTests()
    {
        _writer = new(_database);
        _store = new(_writer, TimeProvider.System);
    }

    [Fact]
    public async Task The_database_has_the_hash_of_a_key_and_not_the_key()
    {
        var (key, text) = await _store.Add("ann", KeyRole.Admin);

        Assert.Matches("^vd_[A-Za-z0-9_-]{43}$", text);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(text))), key.Sha256);
        _writer.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var bytes = Directory.GetFiles(_database.Folder).SelectMany(File.ReadAllBytes).ToArray();
        Assert.True(Contains(bytes, key.Sha256));
        Assert.False(Contains(bytes, text[3..]));

        static bool Contains(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
    }

    [Fact]
    public async Task Keys_differ() =>
        Assert.NotEqual((await _store.Add("ann", KeyRole.Admin)).Text, (await _store.Add("bob", KeyRole.Admin)).Text);

    [Theory]
    [InlineData("")]
    [InlineData("-ann")]
    [InlineData("ann\n")]
    [InlineData("Änn")]
    [InlineData("a b")]
    public async Task A_name_with_other_characters_is_refused(string name) => await Refused("invalidName", _store.Add(name, KeyRole.Admin));

    [Fact]
    public async Task A_name_that_is_too_long_is_refused()
    {
        await Refused("invalidName", _store.Add(new('a', 101), KeyRole.Admin));
        await _store.Add(new('a', 100), KeyRole.Admin);
    }

    [Fact]
    public async Task The_name_of_an_active_key_is_taken_and_that_of_a_revoked_key_is_free()
    {
        await _store.Add("ann", KeyRole.Admin);
        var (first, _) = await _store.Add("ci", KeyRole.Write);

        await Refused("keyExists", _store.Add("ci", KeyRole.Read));
        await _store.Revoke(first.Id);
        await _store.Add("ci", KeyRole.Read);

        Assert.Equal([("ann", KeyRole.Admin), ("ci", KeyRole.Read)], Active());
    }

    [Theory]
    [InlineData(KeyRole.Read)]
    [InlineData(KeyRole.Write)]
    public async Task The_first_key_has_the_role_admin(KeyRole role)
    {
        await Refused("adminKeyRequired", _store.Add("ann", role));

        await _store.Add("ann", KeyRole.Admin);
        await _store.Revoke("ann");

        await Refused("adminKeyRequired", _store.Add("bob", role));
    }

    [Fact]
    public async Task The_last_admin_key_is_revoked_last()
    {
        await _store.Add("ann", KeyRole.Admin);
        await _store.Add("bob", KeyRole.Admin);
        await _store.Add("ci", KeyRole.Write);

        await _store.Revoke("bob");
        await Refused("lastAdminKey", _store.Revoke("ann"));
        Assert.Equal([("ann", KeyRole.Admin), ("ci", KeyRole.Write)], Active());
        await _store.Revoke("ci");
        await _store.Revoke("ann");

        Assert.Empty(Active());
    }

    [Fact]
    public async Task A_key_that_does_not_exist_is_refused_with_the_nearest_name()
    {
        var (ann, _) = await _store.Add("annika", KeyRole.Admin);

        await Refused("keyNotFound", _store.Revoke(ann.Id + 1));
        Assert.Contains("'annika'", (await Refused("keyNotFound", _store.Revoke("anika"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoking_a_key_again_keeps_the_time()
    {
        var (key, _) = await _store.Add("ann", KeyRole.Admin);
        await _store.Revoke(key.Id);
        var before = Stored(key.Id).RevokedAt;

        await new ApiKeyStore(_writer, new LaterTime()).Revoke(key.Id);

        Assert.NotNull(before);
        Assert.Equal(before, Stored(key.Id).RevokedAt);
    }

    [PostgresFact]
    public async Task Two_processes_cannot_each_revoke_one_of_the_last_two_admin_keys()
    {
        var database = PostgresTestDatabase.New().Upgraded();
        using var firstWriter = new DatabaseWriter(database);
        using var secondWriter = new DatabaseWriter(database);
        var (first, second) = (new ApiKeyStore(firstWriter, TimeProvider.System), new ApiKeyStore(secondWriter, TimeProvider.System));
        await first.Add("ann", KeyRole.Admin);
        await first.Add("bob", KeyRole.Admin);
        await first.Add("ci", KeyRole.Read);
        using var holdsTheLock = new ManualResetEventSlim();
        using var secondWaits = new ManualResetEventSlim();
        var holder = firstWriter.Write(database => // in one transaction with the next write, as waiting writes share a commit
        {
            database.Database.ExecuteSqlRaw("""LOCK TABLE "ApiKeys" IN SHARE ROW EXCLUSIVE MODE""");
            holdsTheLock.Set();
            secondWaits.Wait();
        });
        holdsTheLock.Wait();
        var revokedBySecond = second.Revoke("bob");
        await UntilAWriterWaits(database);
        var revokedByFirst = first.Revoke("ann");
        secondWaits.Set();
        await holder;

        var failures = await Task.WhenAll(Outcome(revokedByFirst), Outcome(revokedBySecond));

        Assert.Equal(["lastAdminKey"], failures.OfType<RefusedException>().Select(failure => failure.Faults[0].Code));
        Assert.Single(failures, failure => failure is null);

        static async Task<Exception?> Outcome(Task task) => await Xunit.Record.ExceptionAsync(() => task);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _database.Dispose();
    }

    private static async Task UntilAWriterWaits(PostgresTestDatabase contexts)
    {
        using var database = contexts.CreateDbContext();
        while (database.Database.SqlQueryRaw<int>("SELECT count(*)::int AS \"Value\" FROM pg_locks WHERE NOT granted").Single() == 0)
        {
            await Task.Delay(10);
        }
    }

    private static async Task<RefusedException> Refused(string code, Task action)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => action);
        Assert.Equal(code, refused.Faults[0].Code);
        return refused;
    }

    private List<(string, KeyRole)> Active()
    {
        using var database = _database.CreateDbContext();
        return [.. database.ApiKeys.Active().OrderBy(key => key.Name).AsEnumerable().Select(key => (key.Name, key.Role))];
    }

    private ApiKey Stored(long id)
    {
        using var database = _database.CreateDbContext();
        return database.ApiKeys.Single(key => key.Id == id);
    }

    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }
}
