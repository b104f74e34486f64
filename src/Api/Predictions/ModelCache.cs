using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Velodrome.Api.Runs;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training.Models;

namespace Velodrome.Api.Predictions;

/// <summary>Models that predicted lately; a run's model never changes once it is there.</summary>
internal sealed class ModelCache(IDbContextFactory<TrainingDbContext> contexts, TimeProvider time) : IDisposable
{
    private const long Bytes = 256 << 20;

    /// <summary>A run that is deleted, by whichever process, predicts no longer than this.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private readonly MemoryCache _models = new(new MemoryCacheOptions { SizeLimit = Bytes });
    private readonly MemoryCache _served = new(new MemoryCacheOptions());

    /// <summary>The run's model, or null when it has none (yet).</summary>
    public async Task<TrainedModel?> Get(Run run, CancellationToken cancellationToken)
    {
        if (_models.TryGetValue(run.Id, out TrainedModel? known))
        {
            return known;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.Models.AsNoTracking().SingleOrDefaultAsync(model => model.RunId == run.Id, cancellationToken) is not { } stored)
        {
            return null;
        }

        return _models.Set(run.Id, TrainedModel.Load(stored.Bytes), new MemoryCacheEntryOptions { Size = stored.Bytes.Length });
    }

    /// <summary>What predicts for a run; the database is looked into once in a while only.</summary>
    /// <exception cref="Training.RefusedException"><c>runNotFound</c>, <c>runNotFinished</c>, <c>runWithoutModel</c>.</exception>
    public ValueTask<ServedModel> GetServed(long id, CancellationToken cancellationToken) =>
        _served.TryGetValue(id, out (ServedModel Model, long Since) known) && time.GetElapsedTime(known.Since) < Lifetime ? new(known.Model) : new(LoadServed(id, cancellationToken));

    public void Dispose()
    {
        _models.Dispose();
        _served.Dispose();
    }

    private async Task<ServedModel> LoadServed(long id, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await database.FindRun(id, cancellationToken);
        var served = ServedModel.Of(run, await Get(run, cancellationToken) ?? throw RunRefusals.WithoutModel(run));
        return _served.Set(id, (served, since), Lifetime).served;
    }
}
