using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Velodrome.Data.Chunks;
using Velodrome.Data.Damage;
using Velodrome.Data.Runs;
using Velodrome.Data.Start;
using Velodrome.Data.Tests.Chunks;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;
using Velodrome.Training.Models;

namespace Velodrome.Data.Tests.Start;

/// <summary>Checkpoints and models that an earlier version stored in one row, whatever their size.</summary>
public sealed class EarlierCheckpointsTests
{
    [Fact]
    public void Checkpoints_and_models_of_earlier_versions_are_read()
    {
        using var database = new TestDatabase();
        Read(database);
    }

    [PostgresFact]
    public void Checkpoints_and_models_of_earlier_versions_are_read_on_postgres() => Read(PostgresTestDatabase.New());

    private static void Read(IDbContextFactory<TrainingDbContext> contexts)
    {
        var state = LargeRuns.BytesOf(LargeRuns.State(7));
        var model = EarlierModel.Bytes;
        long run;
        using (var before = contexts.CreateDbContext())
        {
            before.GetService<IMigrator>().Migrate(
                before.Database.GetMigrations()
                    .TakeWhile(name => !name.EndsWith("ChunkedCheckpointsAndModels", StringComparison.Ordinal)).Last());
            var dataset = before.InsertDataset("one");
            before.Database.ExecuteSql($"""
                INSERT INTO "Runs"
                    ("Name", "Status", "DatasetId", "Spec", "Split", "Warnings", "Token", "Attempts", "CancelRequested", "CreatedAt")
                VALUES ('earlier', 'Succeeded', {dataset}, '', '', '', 1, 0, {false}, 0)
                """);
            run = before.Database.SqlQuery<long>($"""SELECT "Id" AS "Value" FROM "Runs" """).Single();
            before.Database.ExecuteSql($"""
                INSERT INTO "Checkpoints" ("RunId", "Slot", "Epoch", "Bytes", "Sha256") VALUES ({run}, 0, 7, {state}, {Checksum.Of(state)})
                """);
            before.Database.ExecuteSql($"""
                INSERT INTO "Models" ("RunId", "Bytes", "Sha256") VALUES ({run}, {model}, {Checksum.Of(model)})
                """);
        }

        using var after = contexts.CreateDbContext();
        after.Upgrade();

        Assert.Equal(state, LargeRuns.BytesOf(after.LoadCheckpoint(run, damaged: epoch => Assert.Fail($"Damaged: {epoch}"))));
        using var stream = new VerifiedStream(after, after.Models.AsNoTracking().Single());
        Assert.Equal(EarlierModel.WeightsSha256, TrainedModel.Load(stream).WeightsSha256);
    }
}
