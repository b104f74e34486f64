using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Datasets;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Datasets;

public sealed class ChunkStreamTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Fact]
    public async Task Disposing_a_stream_again_takes_no_context_from_others()
    {
        var contexts = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>();
        await using var database = await contexts.CreateDbContextAsync();
        var dataset = await database.Datasets.AsNoTracking().SingleAsync(dataset => dataset.Name == "study-hours");
        var csv = app.Services.GetRequiredService<DatasetReader>().OpenCsv(dataset);
        await csv.DisposeAsync();
        await using var other = await contexts.CreateDbContextAsync(); // the one that the stream has returned to the pool

        await csv.DisposeAsync();

        Assert.NotEqual(0, await other.Datasets.CountAsync());
        await using var another = await contexts.CreateDbContextAsync();
        Assert.NotSame(other, another);
    }
}
