using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Velodrome.Api.Runs;
using Velodrome.Data;
using Velodrome.Data.Chunks;
using Velodrome.Data.Damage;
using Velodrome.Data.Runs;
using Velodrome.Training.Models;

namespace Velodrome.Api.Predictions;

/// <summary>
/// Keeps the models that were used recently. A run's model never changes once it is stored. Small models share the cache. A large one may
/// fill it alone, and large ones are loaded one at a time, so that many callers of one model do not load it many times.
/// </summary>
internal sealed class ModelCache(IDbContextFactory<TrainingDbContext> contexts, TimeProvider time) : IDisposable
{
    private const long MaxBytes = 256 << 20;
    private const long MaxBytesOfReadings = 16 << 20;
    private const long BytesOfColumn = 1_000;

    /// <summary>The longest time for which a deleted run can still predict.</summary>
    private static readonly TimeSpan ServedLifetime = TimeSpan.FromSeconds(1);

    private readonly MemoryCache _models = new(new MemoryCacheOptions { SizeLimit = MaxBytes });
    private readonly MemoryCache _readings = new(new MemoryCacheOptions { SizeLimit = MaxBytesOfReadings }); // a large model fills _models
    private readonly MemoryCache _served = new(new MemoryCacheOptions());
    private readonly SemaphoreSlim _largeLoad = new(1);

    /// <summary>The run's model.</summary>
    /// <param name="run">As it was read: a run that ends afterwards is refused as unfinished, since its other columns are old.</param>
    /// <exception cref="Training.RefusedException"><c>runNotFound</c>, <c>runNotFinished</c>, <c>runWithoutModel</c>,
    /// <c>modelDamaged</c>.</exception>
    public async Task<TrainedModel> Get(Run run, CancellationToken cancellationToken)
    {
        if (run.FinishedAt is null)
        {
            throw RunRefusals.NotFinished(run, "Wait until its status is succeeded.");
        }

        if (_models.TryGetValue(run.Id, out TrainedModel? cached))
        {
            return cached!;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Models.AsNoTracking().SingleOrDefaultAsync(model => model.RunId == run.Id, cancellationToken) switch
        {
            null => throw RunRefusals.WithoutModel(await database.FindRun(run.Id, cancellationToken)),
            { Chunks: 0 } stored => await Load(database, stored, cancellationToken),
            var stored => await LoadLarge(database, stored, cancellationToken),
        };
    }

    /// <summary>The model of a run, and what each prediction says about the run. Reads the database at most once a second.</summary>
    /// <exception cref="Training.RefusedException"><c>runNotFound</c>, <c>runNotFinished</c>, <c>runWithoutModel</c>,
    /// <c>modelDamaged</c>.</exception>
    public ValueTask<ServedModel> GetServed(long runId, CancellationToken cancellationToken) =>
        _served.TryGetValue(runId, out CachedServedModel? cached) && time.GetElapsedTime(cached!.LoadedAt) < ServedLifetime
            ? new(cached.Model)
            : new(LoadServed(runId, cancellationToken));

    public void Dispose()
    {
        _models.Dispose();
        _readings.Dispose();
        _served.Dispose();
        _largeLoad.Dispose();
    }

    private async Task<TrainedModel> LoadLarge(TrainingDbContext database, Model stored, CancellationToken cancellationToken)
    {
        await _largeLoad.WaitAsync(cancellationToken);
        try
        {
            return _models.TryGetValue(stored.RunId, out TrainedModel? cached) ? cached!
                : await Task.Run(() => Load(database, stored, cancellationToken), cancellationToken);
        }
        finally
        {
            _largeLoad.Release();
        }
    }

    private async Task<TrainedModel> Load(TrainingDbContext database, Model stored, CancellationToken cancellationToken)
    {
        try
        {
            using var bytes = new VerifiedStream(database, stored);
            return Keep(stored.RunId, TrainedModel.Load(bytes));
        }
        catch (DamagedBytesException damage)
        {
            await database.FindRun(stored.RunId, cancellationToken); // a run that is being deleted has only some of its chunks
            throw DamageRefusals.Model(stored.RunId, damage.Message);
        }
    }

    private TrainedModel Keep(long runId, TrainedModel model)
    {
        if (model.Bytes > MaxBytes)
        {
            _models.Compact(1); // it takes the whole cache
        }

        return _models.Set(runId, model, new MemoryCacheEntryOptions { Size = Math.Min(model.Bytes, MaxBytes) });
    }

    private async Task<ServedModel> LoadServed(long runId, CancellationToken cancellationToken)
    {
        var loadedAt = time.GetTimestamp();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await database.FindRun(runId, cancellationToken);
        var trained = await Get(run, cancellationToken);
        var model = ServedModel.Of(run, trained, await GetReading(database, run, trained, cancellationToken));
        return _served.Set(runId, new CachedServedModel(model, loadedAt), ServedLifetime).Model;
    }

    private async Task<FeatureReading> GetReading(
        TrainingDbContext database, Run run, TrainedModel model, CancellationToken cancellationToken)
    {
        if (_readings.TryGetValue(run.Id, out FeatureReading? cached))
        {
            return cached!;
        }

        var dataset = await database.Datasets.AsNoTracking().SingleOrDefaultAsync(dataset => dataset.Id == run.DatasetId, cancellationToken)
            ?? throw RunRefusals.WithoutModel(await database.FindRun(run.Id, cancellationToken)); // deleted, after its runs
        var reading = new FeatureReading(model.Encoder.Features, run.Spec.Target, dataset.ReadingOrDefault);
        return _readings.Set(run.Id, reading, new MemoryCacheEntryOptions { Size = BytesOfColumn * (1 + dataset.Columns.Count) });
    }

    private sealed record CachedServedModel(ServedModel Model, long LoadedAt);
}
