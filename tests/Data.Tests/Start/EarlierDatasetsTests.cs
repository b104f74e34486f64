using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Velodrome.Data.Start;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests.Start;

/// <summary>Datasets that an earlier version stored.</summary>
public sealed class EarlierDatasetsTests
{
    [Fact]
    public void Earlier_datasets_are_visible_and_deleted_bundled_ones_are_recorded()
    {
        using var database = new TestDatabase();
        Upgrade(database);
    }

    [PostgresFact]
    public void Earlier_datasets_are_visible_and_deleted_bundled_ones_are_recorded_on_postgres() => Upgrade(PostgresTestDatabase.New());

    [Fact]
    public void A_new_database_records_no_deleted_dataset()
    {
        using var database = new TestDatabase();
        using var upgraded = database.Upgraded().CreateDbContext();

        Assert.Empty(upgraded.DeletedBundledDatasets);
    }

    private static void Upgrade(IDbContextFactory<TrainingDbContext> contexts)
    {
        using (var before = contexts.CreateDbContext())
        {
            before.GetService<IMigrator>().Migrate("PlainNames");
            foreach (var name in new[] { "iris", "noisy-sine", "study-hours", "mine" })
            {
                before.InsertDataset(name);
            }

            before.Database.ExecuteSql($"""DELETE FROM "Datasets" WHERE "Name" = 'noisy-sine'""");
        }

        using var after = contexts.CreateDbContext();
        after.Upgrade();

        Assert.Equal(["iris", "mine", "study-hours"], after.Datasets.Select(dataset => dataset.Name).AsEnumerable().Order());
        Assert.All(after.Datasets, dataset => Assert.Equal((1, null, 0), (dataset.Version, dataset.FirstVersionId, dataset.SharedBytes)));
        Assert.Equal(["noisy-sine"], after.DeletedBundledDatasets.Select(deleted => deleted.Name));
    }
}
