using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Start;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests.Postgres;

public sealed class PostgresDatabaseTests
{
    [Fact]
    public void The_migrations_make_the_tables_that_the_entities_describe()
    {
        using var database = new PostgresTestDatabase("Host=nowhere").CreateDbContext();

        Assert.False(database.Database.HasPendingModelChanges());
    }

    [PostgresFact]
    public void Whoever_stands_still_within_a_transaction_loses_its_locks()
    {
        using var database = PostgresTestDatabase.New().CreateDbContext();

        Assert.Equal("10s", database.Database.SqlQueryRaw<string>("SELECT current_setting('idle_in_transaction_session_timeout') AS \"Value\"").Single());
    }

    [PostgresFact]
    public async Task Several_processes_may_upgrade_an_empty_database_at_once()
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
    public async Task Who_loses_a_deadlock_to_another_process_writes_after_all()
    {
        var database = PostgresTestDatabase.New().Upgraded();
        using var here = new DatabaseWriter(database);
        using var there = new DatabaseWriter(database);
        await here.Write(database => database.Datasets.AddRange(TestDatabase.Dataset("one"), TestDatabase.Dataset("two")));
        using var bothHaveOne = new CountdownEvent(2);

        await Task.WhenAll(UpdateBoth(here, "one", "two"), UpdateBoth(there, "two", "one"));

        using var after = database.CreateDbContext();
        Assert.Equal([2, 2], after.Datasets.Select(dataset => dataset.CreatedAt));

        Task UpdateBoth(DatabaseWriter writer, string first, string second) => writer.Write(database =>
        {
            Increment(database, first);
            if (!bothHaveOne.IsSet)
            {
                bothHaveOne.Signal();
                bothHaveOne.Wait();
            }

            Increment(database, second);
        });

        static void Increment(TrainingDbContext database, string name) => database.Datasets.Where(dataset => dataset.Name == name)
            .ExecuteUpdate(dataset => dataset.SetProperty(dataset => dataset.CreatedAt, dataset => dataset.CreatedAt + 1));
    }

    [PostgresFact]
    public async Task When_the_server_is_gone_every_write_fails_as_the_databases_fault()
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
