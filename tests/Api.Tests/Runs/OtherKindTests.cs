using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Datasets;
using Velodrome.Api.Memory;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Runs;

/// <summary>A second dataset whose column is a number, where the training dataset has codes as text.</summary>
public sealed class OtherKindTests(VelodromeApp app) : IClassFixture<VelodromeApp>, IAsyncLifetime
{
    private readonly HttpClient _http = app.CreateClient();

    public async Task InitializeAsync()
    {
        await _http.PostCsv("codes", "zip,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"0{2134 + i % 3},{i}\n")));
        await _http.PostCsv("numbers", "zip,y\n10001,4\n2134,5\n2135.0,6\n");
        await _http.PostCsv("words", "zip,y\nsouth,4\nnorth,5\n");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task It_is_read_as_in_the_training_dataset_and_its_memory_is_given_back()
    {
        var run = await _http.Train("""
            { "dataset": "codes", "target": "y", "validation": { "split": "dataset", "dataset": "numbers" }, "training": { "epochs": 2 } }
            """);

        Assert.Equal("succeeded", run.GetProperty("status").GetString());
        var memory = app.Services.GetRequiredService<MemoryBudget>();
        await Wait.Until(() => memory.Used is > 0 and < 10_000, () => $"{memory.Used} bytes are reserved");
    }

    [Fact]
    public async Task Its_memory_is_estimated_from_above()
    {
        var reader = app.Services.GetRequiredService<DatasetReader>();
        await using var database = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        var codes = database.Datasets.Single(set => set.Name == "codes");
        var numbers = database.Datasets.Single(set => set.Name == "numbers");
        var columns = new ColumnSet("zip", "y");
        var key = await reader.KeyBeside(numbers.Id, codes.Id, columns, default);
        var table = reader.Read(key, default);

        Assert.Equal(new TableKey(numbers.Id, codes.Id, columns), key);
        Assert.Equal(["10001", "2134", "2135.0"], Enumerable.Range(0, 3).Select(row => table.Find("zip")!.TextAt(row)));
        Assert.InRange(table.Bytes, 1, (await reader.Measure(key, default)).Bytes);
        Assert.Equal(new TableKey(codes.Id, null, columns), await reader.KeyBeside(codes.Id, codes.Id, columns, default));
        Assert.Equal(new TableKey(numbers.Id, null, new("y")), await reader.KeyBeside(numbers.Id, codes.Id, new("y"), default));
    }

    [Fact]
    public async Task Words_where_the_training_dataset_has_numbers_are_refused()
    {
        var refused = await Refused.Read(await _http.Post("/api/v1/runs", """
            { "dataset": "numbers", "target": "y", "validation": { "split": "dataset", "dataset": "words" } }
            """), HttpStatusCode.BadRequest);

        Assert.Equal(("otherColumns", "validation.dataset"), (refused.Code, refused.Errors[0].Field));
    }
}
