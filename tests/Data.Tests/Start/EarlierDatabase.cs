using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Tests.Start;

/// <summary>Rows as an earlier version wrote them.</summary>
internal static class EarlierDatabase
{
    /// <returns>The dataset's id.</returns>
    public static long InsertDataset(this TrainingDbContext database, string name)
    {
        database.Database.ExecuteSql($"""
            INSERT INTO "Datasets" ("Name", "Sha256", "Bytes", "Rows", "Columns", "Warnings", "CreatedAt")
            VALUES ({name}, '', 0, 0, '[]', '[]', 0)
            """);
        return database.Database.SqlQuery<long>($"""SELECT "Id" AS "Value" FROM "Datasets" WHERE "Name" = {name}""").Single();
    }
}
