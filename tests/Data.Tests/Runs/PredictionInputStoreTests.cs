using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Runs;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests.Runs;

public sealed class PredictionInputStoreTests
{
    [Fact]
    public async Task Counts_are_added_on_SQLite()
    {
        using var contexts = new TestDatabase().Upgraded();

        await AssertAllAreAdded(contexts);
    }

    [PostgresFact]
    public Task Counts_of_several_processes_are_added_on_PostgreSQL() => AssertAllAreAdded(PostgresTestDatabase.New().Upgraded());

    [Fact]
    public async Task Counts_of_a_run_that_was_deleted_are_left_out()
    {
        using var contexts = new TestDatabase().Upgraded();
        using var writer = new DatabaseWriter(contexts);

        await new PredictionInputStore(writer).Add(Inputs(404, 0));

        using var database = contexts.CreateDbContext();
        Assert.Empty(database.PredictionInputs);
    }

    /// <summary>Adds from two writers, as two processes do. On SQLite, one process has one.</summary>
    private static async Task AssertAllAreAdded(IDbContextFactory<TrainingDbContext> contexts)
    {
        const int Additions = 100;
        using var writer = new DatabaseWriter(contexts);
        using var other = new DatabaseWriter(contexts);
        var run = AddRun(contexts);

        await Task.WhenAll(new[] { writer, other }.Select((each, first) => Task.Run(async () =>
        {
            for (var number = first; number < Additions; number += 2)
            {
                await new PredictionInputStore(each).Add(Inputs(run, number)); // one by one: otherwise they share few commits
            }
        })));

        using var database = contexts.CreateDbContext();
        var sum = database.PredictionInputs.Single();
        Assert.Equal((Additions, 100, 100 + 2 * (Additions - 1)), (sum.Rows, sum.Since, sum.Until));
        Assert.Equal([Additions, Additions * (Additions - 1) / 2], sum.Counts);
    }

    private static PredictionInputs Inputs(long run, int number) =>
        new() { RunId = run, Rows = 1, Since = 100 + number, Until = 100 + 2 * number, Counts = [1, number] };

    private static long AddRun(IDbContextFactory<TrainingDbContext> contexts)
    {
        using var database = contexts.CreateDbContext();
        var dataset = database.Datasets.Add(TestDatabase.Dataset("one")).Entity;
        database.SaveChanges();
        database.Database.ExecuteSql($"""
            INSERT INTO "Runs"
                ("Name", "Status", "DatasetId", "Spec", "Split", "Warnings", "Token", "Attempts", "CancelRequested", "CreatedAt")
            VALUES ('run', 'Succeeded', {dataset.Id}, '', '', '', 1, 0, {false}, 0)
            """);
        return database.Runs.Select(run => run.Id).Single();
    }
}
