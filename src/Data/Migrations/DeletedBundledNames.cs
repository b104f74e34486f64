using Microsoft.EntityFrameworkCore.Migrations;

namespace Velodrome.Data.Migrations;

/// <summary>Finds the bundled datasets that were deleted before the service recorded such deletions.</summary>
internal static class DeletedBundledNames
{
    /// <summary>
    /// Earlier versions imported the three bundled datasets first of all, at every start. So a database in which a third dataset was
    /// ever stored had all of them, and those that it lacks now were deleted.
    /// </summary>
    public static void RecordDeletedBundledDatasets(this MigrationBuilder migration) => migration.Sql("""
        INSERT INTO "DeletedBundledDatasets" ("Name")
        SELECT bundled.name FROM (SELECT 'iris' AS name UNION ALL SELECT 'noisy-sine' UNION ALL SELECT 'study-hours') AS bundled
        WHERE EXISTS (SELECT 1 FROM "Datasets" WHERE "Id" >= 3) AND bundled.name NOT IN (SELECT "Name" FROM "Datasets")
        """);
}
