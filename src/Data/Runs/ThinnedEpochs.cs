using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Runs;

/// <summary>Selects epochs for a chart that keeps the shape of the curves.</summary>
public static class ThinnedEpochs
{
    /// <summary>
    /// Selects a run's first and last epoch, divides the epochs between them into sections of equal length (within one epoch), and
    /// selects from each the epoch with the smallest validation loss. The database does it, so that of 100,000 epochs only the selected
    /// ones are read. One subquery per section is twice as fast as GROUP BY, for which SQLite sorts all epochs.
    /// The numbers are selected first, and then their epochs: PostgreSQL would compare each epoch of a new run with each number in a join.
    /// </summary>
    /// <param name="database">Is only read.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="first">The first epoch's number.</param>
    /// <param name="last">The last epoch's number. The run must have every epoch between the two.</param>
    /// <param name="most">The largest number of epochs to select, at least 3.</param>
    /// <returns>The selected epochs in order.</returns>
    public static IEnumerable<Epoch> ThinnedEpochsOf(this TrainingDbContext database, long runId, int first, int last, int most)
    {
        var all = database.Epochs.AsNoTracking().Where(epoch => epoch.RunId == runId && epoch.Number >= first && epoch.Number <= last);
        var (inner, sections) = (last - first - 1L, most - 2L);
        if (inner <= sections)
        {
            return all.OrderBy(epoch => epoch.Number);
        }

        var numbers = database.Database.SqlQuery<int?>($"""
            WITH RECURSIVE sections(section) AS (SELECT 0 UNION ALL SELECT section + 1 FROM sections WHERE section + 1 < {sections})
            SELECT (SELECT "Number" FROM "Epochs"
                WHERE "RunId" = {runId} AND "Number"
                    BETWEEN {first} + 1 + section * {inner} / {sections} AND {first} + (section + 1) * {inner} / {sections}
                ORDER BY "ValidationLoss" NULLS LAST, "Number" LIMIT 1) AS "Value"
            FROM sections
            """).ToList();
        int[] selected = [first, last, .. numbers.OfType<int>()]; // null: the run was deleted meanwhile
        return all.Where(epoch => EF.Parameter(selected).Contains(epoch.Number)).OrderBy(epoch => epoch.Number);
    }
}
