using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training.Models;

namespace Velodrome.Api.Predictions;

/// <summary>Models that predicted lately; a run's model never changes once it is there.</summary>
internal sealed class ModelCache(IDbContextFactory<TrainingDbContext> contexts) : IDisposable
{
    private const long Bytes = 256 << 20;

    private readonly MemoryCache _models = new(new MemoryCacheOptions { SizeLimit = Bytes });

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

    public void Dispose() => _models.Dispose();
}
