using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Velodrome.Data.Start;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;
using Velodrome.Training.Verdicts;

namespace Velodrome.Data.Tests.Start;

/// <summary>Runs that are older than a column find in it what was known of them.</summary>
public sealed class EarlierRunsTests
{
    [Fact]
    public void Verdict_and_baseline_of_earlier_runs_get_into_their_columns()
    {
        using var database = new TestDatabase();
        Upgrade(database);
    }

    [PostgresFact]
    public void Verdict_and_baseline_of_earlier_runs_get_into_their_columns_on_postgres() => Upgrade(PostgresTestDatabase.New());

    private static void Upgrade(IDbContextFactory<TrainingDbContext> database)
    {
        using (var before = database.CreateDbContext())
        {
            before.GetService<IMigrator>().Migrate("InitialCreate");
            var dataset = before.Datasets.Add(TestDatabase.Dataset("one")).Entity;
            before.SaveChanges();
            Insert(before, dataset.Id, """{"baselines":{"linear":{"validation":{"loss":1}},"mean":{"validation":{"loss":0.25}}}}""", """{"code":"stoppedTooEarly","sentence":""}""");
            Insert(before, dataset.Id, """{"baselines":{"majority":{"validation":{"loss":1.5}}}}""", """{"code":"healthy","sentence":""}""");
            Insert(before, dataset.Id, null, null);
        }

        using var after = database.CreateDbContext();
        after.Upgrade();

        Assert.Equal(
            [(0.25, VerdictCode.StoppedTooEarly), (1.5, VerdictCode.Healthy), (null, null)],
            after.Runs.OrderBy(run => run.Id).Select(run => new { run.BaselineLoss, run.VerdictCode }).AsEnumerable().Select(run => (run.BaselineLoss, run.VerdictCode)));
    }

    private static void Insert(TrainingDbContext context, long datasetId, string? evaluation, string? verdict) => context.Database.ExecuteSql($"""
        INSERT INTO "Runs" ("Name", "Status", "DatasetId", "Spec", "Split", "Warnings", "Token", "Attempts", "CancelRequested", "CreatedAt", "Evaluation", "Verdict")
        VALUES ('earlier', 'Succeeded', {datasetId}, '', '', '', 1, 0, {false}, 0, {evaluation}, {verdict})
        """);
}
