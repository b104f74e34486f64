using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Runs;

/// <summary>What the curves of a run that still trains say so far.</summary>
internal sealed class ProvisionalVerdicts(IDbContextFactory<TrainingDbContext> contexts) : IDisposable
{
    /// <summary>All epochs are read for it: whoever looks every second gets the same one for a while, and a long run's for longer.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private const int FreshPerCost = 20;

    private readonly MemoryCache _latest = new(new MemoryCacheOptions());

    /// <summary>The verdict so far; null for a run that does not train.</summary>
    public async Task<Verdict?> Get(Run run, CancellationToken cancellationToken)
    {
        if (run.Status != RunStatus.Running)
        {
            return null;
        }

        if (_latest.TryGetValue(run.Id, out Verdict? known))
        {
            return known;
        }

        var clock = Stopwatch.StartNew();
        if (await Judge(run, cancellationToken) is not { } verdict)
        {
            return null;
        }

        var cost = clock.Elapsed * FreshPerCost;
        return _latest.Set(run.Id, verdict, cost > Fresh ? cost : Fresh);
    }

    public void Dispose() => _latest.Dispose();

    private async Task<Verdict?> Judge(Run run, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var epochs = await database.Epochs.Where(epoch => epoch.RunId == run.Id).OrderBy(epoch => epoch.Number)
            .Select(epoch => new { epoch.TrainLoss, epoch.ValidationLoss }).ToListAsync(cancellationToken);
        return epochs.Count == 0 ? null : Verdict.Judge(new Curves(
            epochs.ConvertAll(epoch => epoch.TrainLoss ?? double.NaN), epochs.ConvertAll(epoch => epoch.ValidationLoss ?? double.NaN),
            run.Split.Validation, run.BestEpoch ?? 0, StopReason: null, Rows: null, run.BaselineLoss));
    }
}
