using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using static Velodrome.Data.Tests.TestDatabase;

namespace Velodrome.Data.Tests;

public sealed class DatabaseWriterTests : IDisposable
{
    private readonly CommitWatch _commits = new();
    private readonly TestDatabase _database;
    private readonly DatabaseWriter _writer;
    private readonly ManualResetEventSlim _gate = new();

    public DatabaseWriterTests()
    {
        _database = new TestDatabase(_commits).Upgraded();
        _writer = new DatabaseWriter(_database);
    }

    [Fact]
    public async Task A_write_is_committed_when_it_completes()
    {
        var id = await _writer.Write(database =>
        {
            var dataset = database.Datasets.Add(Dataset("one")).Entity;
            database.SaveChanges();
            return dataset.Id;
        });

        Assert.Equal(1, id);
        Assert.Equal(["one"], _database.Names());
    }

    [Fact]
    public void Unsaved_changes_are_saved()
    {
        _writer.WriteAndWait(database => { database.Datasets.Add(Dataset("one")); });

        Assert.Equal(["one"], _database.Names());
    }

    [Fact]
    public async Task Waiting_writes_are_committed_together()
    {
        var waiting = Enumerable.Range(0, 20).Select(number => WriteBehindGate($"{number}")).ToList();
        var before = _commits.Commits;

        await Release(waiting);

        Assert.Equal(20, _database.Names().Count);
        Assert.InRange(_commits.Commits - before, 1, 2); // the first write, and all others
    }

    [Fact]
    public async Task A_write_that_fails_changes_nothing_and_fails_only_its_own_caller()
    {
        var before = WriteBehindGate("before");
        var failing = _writer.Write(database =>
        {
            database.Datasets.Add(Dataset("half done"));
            database.SaveChanges();
            throw new InvalidOperationException("failed");
        });
        var after = WriteBehindGate("after");

        await Release([before, after]);

        Assert.Equal("failed", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        Assert.Equal(["after", "before"], _database.Names());
    }

    [Fact]
    public async Task A_write_that_the_database_refuses_does_not_affect_the_next()
    {
        await _writer.Write(database => { database.Datasets.Add(Dataset("one")); });

        var twice = _writer.Write(database => { database.Datasets.Add(Dataset("one")); });
        var next = _writer.Write(database => { database.Datasets.Add(Dataset("two")); });

        await Assert.ThrowsAsync<DbUpdateException>(() => twice);
        await next;
        Assert.Equal(["one", "two"], _database.Names());
    }

    [Fact]
    public async Task A_failed_commit_fails_every_caller_and_the_next_write_succeeds()
    {
        _commits.Failure = new IOException("disk full");
        var waiting = new[] { WriteBehindGate("one"), WriteBehindGate("two") };
        _gate.Set();
        foreach (var caller in waiting)
        {
            Assert.Equal("disk full", (await Assert.ThrowsAsync<IOException>(() => caller)).Message);
        }

        _commits.Failure = null;
        await _writer.Write(database => { database.Datasets.Add(Dataset("three")); });

        Assert.Equal(["three"], _database.Names());
    }

    [Fact]
    public async Task If_sqlite_rolls_back_the_whole_transaction_every_write_of_the_group_fails_for_the_same_cause()
    {
        var cause = new SqliteException("database or disk is full", 13);
        using var isAlone = new ManualResetEventSlim();
        var blocker = _writer.Write(_ =>
        {
            isAlone.Set();
            _gate.Wait();
        });
        isAlone.Wait(); // from here on, writes wait for the next group
        var before = _writer.Write(database => { database.Datasets.Add(Dataset("before")); });
        var failing = _writer.Write(database =>
        {
            database.Database.ExecuteSqlRaw("ROLLBACK");
            throw cause;
        });
        var after = _writer.Write(database => { database.Datasets.Add(Dataset("after")); });

        _gate.Set();
        await blocker;

        foreach (var write in new[] { before, failing, after })
        {
            Assert.Same(cause, await Assert.ThrowsAsync<SqliteException>(() => write));
        }

        await _writer.Write(database => { database.Datasets.Add(Dataset("next")); });
        Assert.Equal(["next"], _database.Names());
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task A_write_that_loses_deadlocks_is_tried_five_times(int deadlocks, bool succeeds)
    {
        var tries = 0;
        var write = _writer.Write(database =>
        {
            database.Datasets.Add(Dataset("one"));
            if (++tries <= deadlocks)
            {
                throw new PostgresException("deadlock detected", "ERROR", "ERROR", PostgresErrorCodes.DeadlockDetected);
            }
        });

        Assert.Equal(succeeds, await Record.ExceptionAsync(() => write) is null);
        Assert.Equal(5, tries);
        Assert.Equal(succeeds ? ["one"] : [], _database.Names());
    }

    [Fact]
    public async Task Dispose_commits_waiting_writes()
    {
        var waiting = Enumerable.Range(0, 5).Select(number => WriteBehindGate($"{number}")).ToList();
        _gate.Set();

        _writer.Dispose();

        Assert.All(waiting, caller => Assert.True(caller.IsCompletedSuccessfully));
        await Task.WhenAll(waiting);
        Assert.Equal(5, _database.Names().Count);
    }

    public void Dispose()
    {
        _gate.Set();
        _writer.Dispose();
        _database.Dispose();
        _gate.Dispose();
    }

    private Task WriteBehindGate(string name) => _writer.Write(database =>
    {
        _gate.Wait();
        database.Datasets.Add(Dataset(name));
    });

    private async Task Release(IReadOnlyCollection<Task> waiting)
    {
        _gate.Set();
        await Task.WhenAll(waiting);
    }
}
