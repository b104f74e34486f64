using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Runs;

/// <summary>Fewer epochs for a chart, without losing what a reader of curves looks for.</summary>
public static class ThinnedEpochs
{
    /// <summary>
    /// The first and the last of a run's epochs, and of every stretch between them, all but one equally long, the one with the
    /// smallest validation loss. The database chooses: of 100,000 epochs only those that stay leave it.
    /// </summary>
    /// <param name="context">Reads.</param>
    /// <param name="runId">The run.</param>
    /// <param name="first">Epochs from this one on ...</param>
    /// <param name="last">... to this one. No number between them is missing.</param>
    /// <param name="most">At most so many, from 3 on.</param>
    /// <returns>In order.</returns>
    public static IEnumerable<Epoch> ThinnedEpochsOf(this TrainingDbContext context, long runId, int first, int last, int most)
    {
        var all = context.Epochs.AsNoTracking().Where(epoch => epoch.RunId == runId && epoch.Number >= first && epoch.Number <= last);
        var (inner, stretches) = (last - first - 1L, most - 2L);
        if (inner <= stretches)
        {
            return all.OrderBy(epoch => epoch.Number);
        }

        return (context.Database.IsNpgsql()
            ? context.Epochs.FromSql($"""
                SELECT DISTINCT ON (stretch) * FROM (
                    SELECT *, CASE "Number" WHEN {first} THEN -1 WHEN {last} THEN {stretches} ELSE ("Number" - {first} - 1) * {stretches} / {inner} END AS stretch
                    FROM "Epochs" WHERE "RunId" = {runId} AND "Number" BETWEEN {first} AND {last}) AS epochs
                ORDER BY stretch, "ValidationLoss", "Number"
                """)
            : context.Epochs.FromSql($"""
                SELECT "RunId", "Number", "TrainLoss", min("ValidationLoss") AS "ValidationLoss", "LearningRate", "Seconds"
                FROM "Epochs" WHERE "RunId" = {runId} AND "Number" BETWEEN {first} AND {last}
                GROUP BY CASE "Number" WHEN {first} THEN -1 WHEN {last} THEN {stretches} ELSE ("Number" - {first} - 1) * {stretches} / {inner} END
                ORDER BY "Number"
                """)) // SQLite: min() says which row the other columns are of
            .AsNoTracking().AsEnumerable();
    }
}
