using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Runs;

/// <summary>Adds counts of rows to predict to those that are stored. Several processes may add to the same run.</summary>
public sealed class PredictionInputStore(DatabaseWriter writer)
{
    /// <summary>Adds counts to those of their run. Does nothing if the run was deleted.</summary>
    public async Task Add(PredictionInputs added)
    {
        try
        {
            await Write(added);
        }
        catch (DbUpdateException failure) when (failure.IsUniqueViolation())
        {
            await Write(added); // another process has just stored the first counts of the run
        }
    }

    private Task Write(PredictionInputs added) => writer.Write(database =>
    {
        var stored = database.PredictionInputs.Where(inputs => inputs.RunId == added.RunId);
        var isStored = stored.ExecuteUpdate(row => row // locks the row on PostgreSQL until the commit, so that no process's counts get lost
            .SetProperty(inputs => inputs.Rows, inputs => inputs.Rows + added.Rows)) > 0;
        if (isStored)
        {
            var sum = stored.Single();
            sum.Since = Math.Min(sum.Since, added.Since);
            sum.Until = Math.Max(sum.Until, added.Until);
            sum.Counts = [.. sum.Counts.Zip(added.Counts, (left, right) => left + right)];
        }
        else if (database.Runs.Any(run => run.Id == added.RunId))
        {
            database.PredictionInputs.Add(added);
        }
    });
}
