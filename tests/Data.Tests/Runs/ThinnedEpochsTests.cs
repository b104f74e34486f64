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

    private static void AssertNullsAreLast(IDbContextFactory<TrainingDbContext> contexts)
    {
        using var database = contexts.CreateDbContext();
        database.Upgrade();
        var dataset = database.Datasets.Add(TestDatabase.Dataset("one")).Entity;
        database.SaveChanges();
        database.Database.ExecuteSql($"""
            INSERT INTO "Runs"
                ("Name", "Status", "DatasetId", "Spec", "Split", "Warnings", "Token", "Attempts", "CancelRequested", "CreatedAt")
            VALUES ('run', 'Succeeded', {dataset.Id}, '', '', '', 1, 0, {false}, 0)
            """);
        var run = database.Runs.Select(run => run.Id).Single();
        double?[] losses = [9, null, 5, 4, null, null, null, 3, 2, 2, 9];
        database.Epochs.AddRange(losses.Select((loss, number) =>
            new Epoch { RunId = run, Number = number, TrainLoss = 1, ValidationLoss = loss, LearningRate = 1, Seconds = 1 }));
        database.SaveChanges();

        // The sections are 1 to 3, 4 to 6 and 7 to 9.
        Assert.Equal([0, 3, 4, 8, 10], database.ThinnedEpochsOf(run, 0, 10, 5).Select(epoch => epoch.Number));
    }
}
