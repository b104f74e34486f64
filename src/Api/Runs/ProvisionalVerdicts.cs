using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Runs;

/// <summary>The verdicts on the curves of running runs.</summary>
internal sealed class ProvisionalVerdicts(IDbContextFactory<TrainingDbContext> contexts) : IDisposable
{
    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(2);

    /// <summary>A verdict reads all epochs. It is reused for this many times as long as it took: 5% of the time at most.</summary>
    private const int LifetimePerCost = 20;

    private readonly MemoryCache _verdicts = new(new MemoryCacheOptions());

    /// <summary>Returns the verdict so far, at most a few seconds old. Null if the run is not running or has no epoch yet.</summary>
    public async Task<Verdict?> Get(Run run, CancellationToken cancellationToken)
    {
        if (run.Status != RunStatus.Running)
        {
            return null;
        }

        if (_verdicts.TryGetValue(run.Id, out Verdict? known))
        {
            return known;
        }

        var stopwatch = Stopwatch.StartNew();
        if (await Judge(run, cancellationToken) is not { } verdict)
        {
            return null;
        }

        var lifetime = stopwatch.Elapsed * LifetimePerCost;
        return _verdicts.Set(run.Id, verdict, lifetime > MinLifetime ? lifetime : MinLifetime);
    }

    public void Dispose() => _verdicts.Dispose();

    private async Task<Verdict?> Judge(Run run, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var epochs = await database.Epochs.Where(epoch => epoch.RunId == run.Id).OrderBy(epoch => epoch.Number)
            .Select(epoch => new { epoch.TrainLoss, epoch.ValidationLoss, epoch.LearningRate }).ToListAsync(cancellationToken);
        return epochs.Count == 0 ? null : Verdict.Judge(new Curves(
            epochs.ConvertAll(epoch => epoch.TrainLoss ?? double.NaN),
            epochs.ConvertAll(epoch => epoch.ValidationLoss ?? double.NaN),
            epochs.ConvertAll(epoch => epoch.LearningRate),
            run.Split.Validation, run.BestEpoch ?? 0, StopReason: null, Rows: null, run.BaselineLoss));
    }
}
