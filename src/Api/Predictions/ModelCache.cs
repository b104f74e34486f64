using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Velodrome.Api.Runs;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training.Models;

namespace Velodrome.Api.Predictions;

/// <summary>Keeps the models that were used recently. A run's model never changes once it is stored.</summary>
internal sealed class ModelCache(IDbContextFactory<TrainingDbContext> contexts, TimeProvider time) : IDisposable
{
    private const long MaxBytes = 256 << 20;

    /// <summary>A run that any process deleted predicts at most this much longer.</summary>
    private static readonly TimeSpan ServedLifetime = TimeSpan.FromSeconds(1);

    private readonly MemoryCache _models = new(new MemoryCacheOptions { SizeLimit = MaxBytes });
    private readonly MemoryCache _served = new(new MemoryCacheOptions());

    /// <summary>The run's model, or null if it has none (yet).</summary>
    public async Task<TrainedModel?> Get(Run run, CancellationToken cancellationToken)
    {
        if (_models.TryGetValue(run.Id, out TrainedModel? cached))
        {
            return cached;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Models.AsNoTracking().SingleOrDefaultAsync(model => model.RunId == run.Id, cancellationToken) is not { } stored)
        {
            return null;
        }

        return _models.Set(run.Id, TrainedModel.Load(stored.Bytes), new MemoryCacheEntryOptions { Size = stored.Bytes.Length });
    }

    /// <summary>The model of a run, and what each prediction says about the run. Reads the database at most once a second.</summary>
    /// <exception cref="Training.RefusedException"><c>runNotFound</c>, <c>runNotFinished</c>, <c>runWithoutModel</c>.</exception>
    public ValueTask<ServedModel> GetServed(long runId, CancellationToken cancellationToken) =>
        _served.TryGetValue(runId, out CachedServedModel? cached) && time.GetElapsedTime(cached!.LoadedAt) < ServedLifetime
            ? new(cached.Model)
            : new(LoadServed(runId, cancellationToken));

    public void Dispose()
    {
        _models.Dispose();
        _served.Dispose();
    }

    private async Task<ServedModel> LoadServed(long runId, CancellationToken cancellationToken)
    {
        var loadedAt = time.GetTimestamp();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await database.FindRun(runId, cancellationToken);
        var model = ServedModel.Of(run, await Get(run, cancellationToken) ?? throw RunRefusals.WithoutModel(run));
        return _served.Set(runId, new CachedServedModel(model, loadedAt), ServedLifetime).Model;
    }

    private sealed record CachedServedModel(ServedModel Model, long LoadedAt);
}
