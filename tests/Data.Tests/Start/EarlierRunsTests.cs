using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Velodrome.Data.Start;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Verdicts;

namespace Velodrome.Data.Tests.Start;

/// <summary>Migrations convert the runs of an earlier version.</summary>
public sealed class EarlierRunsTests
{
    [Fact]
    public void Verdict_and_baseline_of_earlier_runs_are_copied_into_their_columns()
    {
        using var database = new TestDatabase();
        Upgrade(database);
    }

    [PostgresFact]
    public void Verdict_and_baseline_of_earlier_runs_are_copied_into_their_columns_on_postgres() => Upgrade(PostgresTestDatabase.New());

    private static void Upgrade(IDbContextFactory<TrainingDbContext> contexts)
    {
        const string TwoBaselines = """
            {"baselines":{"linear":{"validation":{"loss":1}},"mean":{"validation":{"loss":0.25}}}}
            """;
        const string OneBaseline = """{"baselines":{"majority":{"validation":{"loss":1.5}}}}""";
        using (var before = contexts.CreateDbContext())
        {
            before.GetService<IMigrator>().Migrate("InitialCreate");
            var dataset = before.InsertDataset("one");
            Insert(before, dataset, TwoBaselines, """{"code":"stoppedTooEarly","sentence":""}""");
            Insert(before, dataset, OneBaseline, """{"code":"healthy","sentence":""}""");
            Insert(before, dataset, null, null);
        }

        using var after = contexts.CreateDbContext();
        after.Upgrade();

        var stored = after.Runs.OrderBy(run => run.Id).Select(run => new { run.BaselineLoss, run.VerdictCode }).ToList();
        Assert.Equal(
            [(0.25, VerdictCode.StoppedTooEarly), (1.5, VerdictCode.Healthy), (null, null)],
            stored.ConvertAll(run => (run.BaselineLoss, run.VerdictCode)));
    }

    [Fact]
    public void Stored_verdicts_and_evaluations_get_the_new_names()
    {
        using var database = new TestDatabase();
        Rename(database);
    }

    [PostgresFact]
    public void Stored_verdicts_and_evaluations_get_the_new_names_on_postgres() => Rename(PostgresTestDatabase.New());

    private static void Rename(IDbContextFactory<TrainingDbContext> contexts)
    {
        using (var before = contexts.CreateDbContext())
        {
            before.GetService<IMigrator>().Migrate("BaselineLossAndVerdictCode");
            var dataset = before.InsertDataset("one");
            const string Metrics = """{"of":"numbers","loss":4,"rmse":2,"mae":1,"r2":0.5}""";
            Insert(before, dataset,
                $$"""{"train":{{Metrics}},"validation":{{Metrics}},"test":null,"baselines":{},"interval":null}""",
                """
                {"code":"cannotTell","provisional":false,"sentence":"",
                 "evidence":{"jitter":1,"riseJitter":2,"trainFall":3,"trainFallError":4,"lastPart":5,"window":6}}
                """);
            before.Database.ExecuteSql($"UPDATE \"Runs\" SET \"VerdictCode\" = 'CannotTell', \"RungAt\" = 7");
        }

        using var after = contexts.CreateDbContext();
        after.Upgrade();

        var stored = after.Runs.Select(run => new { run.VerdictCode, run.Verdict, run.Evaluation, run.EnqueuedAt }).Single();
        Assert.Equal((VerdictCode.Inconclusive, VerdictCode.Inconclusive), (stored.VerdictCode, stored.Verdict!.Code));
        Assert.Null(stored.EnqueuedAt);
        var evidence = stored.Verdict.Evidence;
        Assert.Equal(
            (1, 2, 3, 4, 5),
            (evidence.EpochNoise, evidence.RiseEpochNoise, evidence.TrainingLossDrop, evidence.TrainingLossDropError,
                evidence.RecentEpochs));
        Assert.Equal(6, evidence.WindowEpochs);
        Assert.Equal(new RegressionMetrics(4, 2, 1, 0.5), stored.Evaluation!.Validation);
    }

    private static void Insert(TrainingDbContext database, long datasetId, string? evaluation, string? verdict) =>
        database.Database.ExecuteSql($"""
            INSERT INTO "Runs"
                ("Name", "Status", "DatasetId", "Spec", "Split", "Warnings", "Token", "Attempts", "CancelRequested", "CreatedAt",
                 "Evaluation", "Verdict")
            VALUES ('earlier', 'Succeeded', {datasetId}, '', '', '', 1, 0, {false}, 0, {evaluation}, {verdict})
            """);
}
