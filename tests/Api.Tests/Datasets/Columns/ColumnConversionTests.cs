using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Tests.Datasets.Versions;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Datasets.Columns;

public sealed class ColumnConversionTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Theory]
    [InlineData(120_000, 2)]
    [InlineData(10, 0)]
    public async Task The_columns_of_a_large_dataset_are_stored_after_its_upload(int rows, int chunks)
    {
        var http = app.CreateClient();
        var small = rows < 1_000 ? await Upload(rows) : "";
        var large = await Upload(120_000); // converted after the small one

        await Wait.Until(() => Count(large) == 2, () => $"{Count(large)} chunks are stored");

        Assert.Equal(chunks, Count(rows < 1_000 ? small : large));

        Task<string> Upload(int count) =>
            http.Upload("x,y\n" + string.Concat(Enumerable.Range(0, count).Select(row => $"{row},{row % 1000}\n")));
    }

    private int Count(string name)
    {
        using var database = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        return database.ColumnChunks.Count(chunk =>
            database.Datasets.Any(dataset => dataset.Id == chunk.DatasetId && dataset.Name == name));
    }
}
