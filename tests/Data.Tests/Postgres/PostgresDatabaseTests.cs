using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Runs;
using Velodrome.Data.Start;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests.Postgres;

public sealed class PostgresDatabaseTests
{
    [Fact]
    public void The_migrations_create_the_tables_that_the_entities_describe()
    {
        using var database = new PostgresTestDatabase("Host=nowhere").CreateDbContext();

        Assert.False(database.Database.HasPendingModelChanges());
    }

    [PostgresFact]
    public void A_transaction_that_is_idle_for_longer_than_a_lease_is_ended()
    {
        using var database = PostgresTestDatabase.New().CreateDbContext();

        var timeout = database.Database
            .SqlQueryRaw<string>("SELECT current_setting('idle_in_transaction_session_timeout') AS \"Value\"").Single();

        Assert.Equal($"{RunTiming.Lease.TotalSeconds}s", timeout);
    }

    [PostgresFact]
    public async Task Several_processes_may_upgrade_an_empty_database_together()
    {
        var contexts = PostgresTestDatabase.New();
        var (running, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var database = contexts.CreateDbContext();
            database.Upgrade(queue: () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Thread.Sleep(100);
                Interlocked.Decrement(ref running);
            });
        })));

        Assert.Equal(1, most);
        using var after = contexts.CreateDbContext();
        Assert.Empty(after.Database.GetPendingMigrations());
    }

    [PostgresFact]
    public async Task A_write_that_loses_a_deadlock_is_tried_again()
    {
        var database = PostgresTestDatabase.New().Upgraded();
        using var first = new DatabaseWriter(database);
        using var second = new DatabaseWriter(database);
        await first.Write(database => database.Datasets.AddRange(TestDatabase.Dataset("one"), TestDatabase.Dataset("two")));
        using var bothHoldALock = new CountdownEvent(2);

        await Task.WhenAll(UpdateBoth(first, "one", "two"), UpdateBoth(second, "two", "one"));

        using var after = database.CreateDbContext();
        Assert.Equal([2, 2], after.Datasets.Select(dataset => dataset.CreatedAt));

        Task UpdateBoth(DatabaseWriter writer, string name, string otherName) => writer.Write(database =>
        {
            Increment(database, name);
            if (!bothHoldALock.IsSet)
            {
                bothHoldALock.Signal();
                bothHoldALock.Wait();
            }

            Increment(database, otherName);
        });

        static void Increment(TrainingDbContext database, string name) => database.Datasets.Where(dataset => dataset.Name == name)
            .ExecuteUpdate(dataset => dataset.SetProperty(dataset => dataset.CreatedAt, dataset => dataset.CreatedAt + 1));
    }

    [PostgresFact]
    public async Task When_the_server_stops_every_write_fails_with_a_database_exception()
    {
        var server = PostgresServer.Start();
        var database = new PostgresTestDatabase(server.NewDatabase()).Upgraded();
        using var writer = new DatabaseWriter(database);
        using var stopped = new ManualResetEventSlim();
        var first = writer.Write(database =>
        {
            stopped.Wait();
            return database.Datasets.Any();
        });
        var second = writer.Write(database => database.Datasets.Any());

        server.Dispose();
        stopped.Set();

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => first);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => second);
    }
}
