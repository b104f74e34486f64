using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Access;
using Velodrome.Data;
using Velodrome.Data.Access;

namespace Velodrome.Api.Tests.Access;

/// <summary>Keys in memory, and changes of another process, which does not call <see cref="ActiveKeys.Changed"/>.</summary>
public sealed class ActiveKeysTests(VelodromeApp app) : IClassFixture<VelodromeApp>, IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly ApiKeyStore _store = app.Services.GetRequiredService<ApiKeyStore>();
    private readonly CountedContexts _contexts = new(app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>());
    private ActiveKeys _keys = null!;
    private string _text = "";

    public async Task InitializeAsync()
    {
        _keys = new(_contexts, _time);
        (_, _text) = await _store.Add($"key-{Guid.NewGuid()}", KeyRole.Admin);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_key_that_another_process_revokes_stops_working_within_a_second()
    {
        var name = (await _keys.Get()).Find(_text)!.Identity!.Name!;

        await _store.Revoke(name);
        Assert.NotNull((await _keys.Get()).Find(_text)); // from memory
        _time.Advance(TimeSpan.FromSeconds(0.999));

        Assert.Null((await _keys.Get()).Find(_text));
    }

    [Fact]
    public async Task A_change_of_this_process_is_seen_at_once()
    {
        await _keys.Get();
        var (_, text) = await _store.Add($"key-{Guid.NewGuid()}", KeyRole.Admin);
        Assert.Null((await _keys.Get()).Find(text));

        _keys.Changed();

        Assert.NotNull((await _keys.Get()).Find(text));
    }

    [Fact]
    public async Task Many_requests_read_the_database_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(async () => await _keys.Get())));

        Assert.Equal(1, _contexts.Count);
    }

    [Fact]
    public async Task A_caller_whose_key_is_revoked_is_not_active()
    {
        var caller = (await _keys.Get()).Find(_text)!;
        Assert.True((await _keys.Get()).IsActive(caller));

        await _store.Revoke(caller.Identity!.Name!);
        _keys.Changed();

        Assert.False((await _keys.Get()).IsActive(caller));
        Assert.True((await _keys.Get()).IsActive(Caller.Anybody));
    }

    [Fact]
    public async Task While_the_database_fails_only_requests_that_need_no_key_use_the_keys_from_before()
    {
        await _keys.Get();
        _contexts.Fails = true;
        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _keys.Get());
        Assert.NotNull((await _keys.GetPromptly()).Find(_text));
    }

    [Fact]
    public async Task Before_the_first_read_nobody_may_enter()
    {
        _contexts.Fails = true;

        var known = await _keys.GetPromptly();

        Assert.True(known.HadKeys);
        Assert.Null(known.Find(_text));
    }

    private sealed class CountedContexts(IDbContextFactory<TrainingDbContext> contexts) : IDbContextFactory<TrainingDbContext>
    {
        private int _count;

        public int Count => _count;

        public bool Fails { get; set; }

        public TrainingDbContext CreateDbContext()
        {
            Interlocked.Increment(ref _count);
            return Fails ? throw new InvalidOperationException("The database is gone.") : contexts.CreateDbContext();
        }
    }
}
