using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Runs;

/// <summary>Fewer epochs for a chart, without losing what a reader of curves looks for.</summary>
public static class ThinnedEpochs
{
    /// <summary>
    /// The first and the last of a run's epochs, and of every stretch between them, as long as each other but for one, the one with the
    /// smallest validation loss. The database chooses: of 100,000 epochs only those that stay leave it. To ask for each stretch
    /// by itself is twice as fast as to group, for which SQLite sorts all.
    /// </summary>
    /// <param name="database">Reads.</param>
    /// <param name="runId">The run.</param>
    /// <param name="first">Epochs from this one on ...</param>
    /// <param name="last">... to this one. No number between them is missing.</param>
    /// <param name="most">At most so many, from 3 on.</param>
    /// <returns>In order.</returns>
    public static IEnumerable<Epoch> ThinnedEpochsOf(this TrainingDbContext database, long runId, int first, int last, int most)
    {
        var all = database.Epochs.AsNoTracking().Where(epoch => epoch.RunId == runId && epoch.Number >= first && epoch.Number <= last);
        var (inner, stretches) = (last - first - 1L, most - 2L);
        if (inner <= stretches)
        {
            return all.OrderBy(epoch => epoch.Number);
        }

        return database.Epochs.FromSql($"""
            WITH RECURSIVE stretches(stretch) AS (SELECT 0 UNION ALL SELECT stretch + 1 FROM stretches WHERE stretch + 1 < {stretches})
            SELECT * FROM "Epochs" WHERE "RunId" = {runId} AND "Number" IN (
                SELECT {first} UNION ALL SELECT {last} UNION ALL
                SELECT (SELECT "Number" FROM "Epochs"
                    WHERE "RunId" = {runId} AND "Number" BETWEEN {first} + 1 + stretch * {inner} / {stretches} AND {first} + (stretch + 1) * {inner} / {stretches}
                    ORDER BY "ValidationLoss" NULLS LAST, "Number" LIMIT 1)
                FROM stretches)
            ORDER BY "Number"
            """).AsNoTracking().AsEnumerable();
    }
}
