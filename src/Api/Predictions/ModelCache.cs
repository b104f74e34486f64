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
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly MemoryCache _models = new(new MemoryCacheOptions { SizeLimit = Bytes });
    private readonly MemoryCache _served = new(new MemoryCacheOptions());

    /// <summary>The run's model, or null when it has none (yet).</summary>
    public async Task<TrainedModel?> Get(Run run, CancellationToken ct)
    {
        if (_models.TryGetValue(run.Id, out TrainedModel? known))
        {
            return known;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.Models.AsNoTracking().SingleOrDefaultAsync(model => model.RunId == run.Id, ct) is not { } stored)
        {
            return null;
        }

        return _models.Set(run.Id, TrainedModel.Load(stored.Bytes), new MemoryCacheEntryOptions { Size = stored.Bytes.Length });
    }

    /// <summary>What predicts for a run; the database is looked into once in a while only.</summary>
    /// <exception cref="Training.RefusedException"><c>runNotFound</c>, <c>runNotFinished</c>, <c>runWithoutModel</c>.</exception>
    public ValueTask<ServedModel> Serve(long id, CancellationToken ct) =>
        _served.TryGetValue(id, out (ServedModel Model, long Since) known) && time.GetElapsedTime(known.Since) < Fresh ? new(known.Model) : new(Look(id, ct));

    public void Dispose()
    {
        _models.Dispose();
        _served.Dispose();
    }

    private async Task<ServedModel> Look(long id, CancellationToken ct)
    {
        var since = time.GetTimestamp();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var run = await db.FindRun(id, ct);
        var served = ServedModel.Of(run, await Get(run, ct) ?? throw RunRefusals.WithoutModel(run));
        return _served.Set(id, (served, since), Fresh).served;
    }
}
