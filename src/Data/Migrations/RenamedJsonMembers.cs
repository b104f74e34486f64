using Microsoft.EntityFrameworkCore.Migrations;

namespace Velodrome.Data.Migrations;

/// <summary>Renames JSON members and enum values in the text columns of runs that are already stored.</summary>
internal static class RenamedJsonMembers
{
    private static readonly (string Column, string Old, string New)[] Renames =
    [
        ("Verdict", "\"code\":\"cannotTell\"", "\"code\":\"inconclusive\""),
        ("Verdict", "\"jitter\":", "\"epochNoise\":"),
        ("Verdict", "\"jitterCorrelation\":", "\"epochNoiseCorrelation\":"),
        ("Verdict", "\"riseJitter\":", "\"riseEpochNoise\":"),
        ("Verdict", "\"trainFall\":", "\"trainingLossDrop\":"),
        ("Verdict", "\"trainFallError\":", "\"trainingLossDropError\":"),
        ("Verdict", "\"lastPart\":", "\"recentEpochs\":"),
        ("Verdict", "\"window\":", "\"windowEpochs\":"),
        ("VerdictCode", "CannotTell", "Inconclusive"),
        ("Evaluation", "\"of\":\"numbers\"", "\"task\":\"regression\""),
        ("Evaluation", "\"of\":\"classes\"", "\"task\":\"classification\""),
    ];

    public static void RenameJsonMembers(this MigrationBuilder migration) => Replace(migration, Renames);

    public static void RestoreJsonMembers(this MigrationBuilder migration) =>
        Replace(migration, [.. Renames.Select(rename => (rename.Column, rename.New, rename.Old))]);

    private static void Replace(MigrationBuilder migration, (string Column, string Old, string New)[] renames)
    {
        foreach (var column in renames.GroupBy(rename => rename.Column))
        {
            var value = column.Aggregate($"\"{column.Key}\"", (inner, rename) => $"replace({inner}, '{rename.Old}', '{rename.New}')");
            migration.Sql($"UPDATE \"Runs\" SET \"{column.Key}\" = {value} WHERE \"{column.Key}\" IS NOT NULL");
        }
    }
}
