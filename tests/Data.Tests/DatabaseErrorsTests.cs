using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Data.Start;
using Velodrome.Data.Tests.Postgres;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests;

public sealed class DatabaseErrorsTests
{
    [Fact]
    public void Only_a_second_row_with_a_unique_value_is_a_unique_violation()
    {
        using var database = new TestDatabase();
        RefuseEachKind(database);
    }

    [PostgresFact]
    public void Only_a_second_row_with_a_unique_value_is_a_unique_violation_on_postgres() => RefuseEachKind(PostgresTestDatabase.New());

    [Fact]
    public void A_failure_that_the_database_did_not_report_is_not_a_unique_violation()
    {
        Assert.False(new DbUpdateException("no inner exception").IsUniqueViolation());
        Assert.False(new DbUpdateException("lost connection", new IOException()).IsUniqueViolation());
    }

    private static void RefuseEachKind(IDbContextFactory<TrainingDbContext> contexts)
    {
        using (var database = contexts.CreateDbContext())
        {
            database.Upgrade();
            var dataset = database.Datasets.Add(TestDatabase.Dataset("one")).Entity;
            database.SaveChanges();
            database.DatasetChunks.Add(new DatasetChunk { DatasetId = dataset.Id, Number = 0, Bytes = [1] });
            database.SaveChanges();
        }

        Assert.True(Refused(TestDatabase.Dataset("one")).IsUniqueViolation()); // a unique index
        Assert.True(Refused(new DatasetChunk { DatasetId = 1, Number = 0, Bytes = [2] }).IsUniqueViolation()); // a primary key
        Assert.False(Refused(new IdempotencyKey { Key = "key", BodySha256 = "", RunId = 404 }).IsUniqueViolation()); // a foreign key

        DbUpdateException Refused(object row)
        {
            using var database = contexts.CreateDbContext();
            database.Add(row);
            return Assert.Throws<DbUpdateException>(() => database.SaveChanges());
        }
    }
}
