using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Runs;
using Velodrome.Data.Start;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests.Runs;

public sealed class ThinnedEpochsTests
{
    [Fact]
    public void A_loss_that_is_not_finite_is_selected_only_if_its_section_has_no_other()
    {
        using var database = new TestDatabase();
        AssertNullsAreLast(database);
    }

    [PostgresFact]
    public void A_loss_that_is_not_finite_is_selected_only_if_its_section_has_no_other_on_postgres() =>
        AssertNullsAreLast(PostgresTestDatabase.New());

    [Fact]
    public void Nothing_is_selected_from_a_run_that_was_deleted_meanwhile()
    {
        using var contexts = new TestDatabase().Upgraded();
        using var database = contexts.CreateDbContext();

        Assert.Empty(database.ThinnedEpochsOf(runId: 1, 0, 10, 5));
    }

    /// <summary>
    /// PostgreSQL counts the rows of a table now and then. A run that has begun since then has no rows by its count, so it takes a join
    /// for cheap that compares each epoch with each selected number: half a minute for this run.
    /// </summary>
    [PostgresFact]
    public void A_long_run_that_postgres_has_not_counted_yet_is_read_in_time()
    {
        const int Epochs = 400_000;
        using var database = PostgresTestDatabase.New().Upgraded().CreateDbContext();
        database.Database.SetCommandTimeout(TimeSpan.FromMinutes(5)); // for the inserts, on a busy machine
        database.Database.ExecuteSql($"""ALTER TABLE "Epochs" SET (autovacuum_enabled = false)""");
        AddEpochs(database, AddRun(database, "counted"), 50_000);
        database.Database.ExecuteSql($"""ANALYZE "Epochs" """);
        var run = AddRun(database, "new");
        AddEpochs(database, run, Epochs);
        database.Database.SetCommandTimeout(TimeSpan.FromSeconds(15));

        Assert.Equal(1_000, database.ThinnedEpochsOf(run, 0, Epochs - 1, 1_000).Count());
    }

    private static void AssertNullsAreLast(IDbContextFactory<TrainingDbContext> contexts)
    {
        using var database = contexts.CreateDbContext();
        database.Upgrade();
        var run = AddRun(database, "run");
        double?[] losses = [9, null, 5, 4, null, null, null, 3, 2, 2, 9];
        database.Epochs.AddRange(losses.Select((loss, number) =>
            new Epoch { RunId = run, Number = number, TrainLoss = 1, ValidationLoss = loss, LearningRate = 1, Seconds = 1 }));
        database.SaveChanges();

        // The sections are 1 to 3, 4 to 6 and 7 to 9.
        Assert.Equal([0, 3, 4, 8, 10], database.ThinnedEpochsOf(run, 0, 10, 5).Select(epoch => epoch.Number));
    }

    private static long AddRun(TrainingDbContext database, string name)
    {
        var dataset = database.Datasets.Add(TestDatabase.Dataset(name)).Entity;
        database.SaveChanges();
        database.Database.ExecuteSql($"""
            INSERT INTO "Runs"
                ("Name", "Status", "DatasetId", "Spec", "Split", "Warnings", "Token", "Attempts", "CancelRequested", "CreatedAt")
            VALUES ({name}, 'Succeeded', {dataset.Id}, '', '', '', 1, 0, {false}, 0)
            """);
        return database.Runs.Where(run => run.Name == name).Select(run => run.Id).Single();
    }

    private static void AddEpochs(TrainingDbContext database, long run, int epochs) => database.Database.ExecuteSql($"""
        INSERT INTO "Epochs" ("RunId", "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds")
        SELECT {run}, number, 1, 1, 1, 1 FROM generate_series(0, {epochs - 1}) AS number
        """);
}
