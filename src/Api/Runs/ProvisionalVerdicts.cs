using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Runs;

/// <summary>What the curves of a run that still trains say so far.</summary>
internal sealed class ProvisionalVerdicts(IDbContextFactory<TrainingDbContext> contexts)
{
    /// <summary>The verdict so far; null for a run that does not train.</summary>
    public async Task<Verdict?> Of(Run run, CancellationToken cancellation)
    {
        if (run.Status != RunStatus.Running)
        {
            return null;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var epochs = await database.Epochs.Where(epoch => epoch.RunId == run.Id).OrderBy(epoch => epoch.Number)
            .Select(epoch => new { epoch.TrainLoss, epoch.ValidationLoss }).ToListAsync(cancellation);
        return epochs.Count == 0 ? null : Verdict.Of(new Curves(
            epochs.ConvertAll(epoch => epoch.TrainLoss ?? double.NaN), epochs.ConvertAll(epoch => epoch.ValidationLoss ?? double.NaN),
            run.Split.Validation, run.BestEpoch ?? 0, StopReason: null, Rows: null));
    }
}
