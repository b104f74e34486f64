using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Memory;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Runs;

/// <summary>Requests that are refused without a read of their table. The table is damaged, so a read would be another refusal.</summary>
public sealed class UnreadTableTests(VelodromeApp app) : IClassFixture<VelodromeApp>, IAsyncLifetime
{
    private readonly HttpClient _http = app.CreateClient();

    public async Task InitializeAsync()
    {
        using var sound = await _http.PostAsync("/api/v1/datasets?name=sound", Csv("a,b,c,text\n1,2,1,x\n2,3,1,y\n3,4,1,x\n4,6,1,z\n"));
        using var damaged = await _http.PostAsync("/api/v1/datasets?name=damaged", Csv("a,b,c,text\n1,2,1,x\n2,3,1,y\n3,4,1,x\n4,5,1,z\n"));
        using var other = await _http.PostAsync("/api/v1/datasets?name=other", Csv("a,b\nx,1\ny,2\n"));
        await using var database = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        await database.DatasetChunks
            .Where(chunk => database.Datasets.Any(set => set.Id == chunk.DatasetId && (set.Name == "damaged" || set.Name == "other")))
            .ExecuteUpdateAsync(chunk => chunk.SetProperty(stored => stored.Bytes, [1, 2, 3]));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("\"target\": \"zz\"", "unknownColumn", "target")]
    [InlineData("\"target\": \"c\"", "constantTarget", "target")]
    [InlineData("\"target\": \"text\", \"task\": \"regression\"", "targetNotNumeric", "target")]
    [InlineData("\"target\": \"b\", \"task\": \"binary\"", "taskMismatch", "task")]
    [InlineData("\"target\": \"b\", \"features\": [\"a\", \"zz\"]", "unknownColumn", "features[1]")]
    [InlineData("\"target\": \"b\", \"weightColumn\": \"zz\"", "unknownColumn", "weightColumn")]
    [InlineData("\"target\": \"b\", \"weightColumn\": \"b\"", "targetAsWeight", "weightColumn")]
    [InlineData("\"target\": \"b\", \"weightColumn\": \"text\"", "weightNotNumeric", "weightColumn")]
    [InlineData("\"target\": \"b\", \"features\": [\"a\", \"a\"]", "duplicateFeature", "features[1]")]
    [InlineData("\"target\": \"b\", \"features\": [\"b\"]", "targetAmongFeatures", "features[0]")]
    [InlineData("\"target\": \"b\", \"test\": { \"split\": \"group\", \"column\": \"zz\" }", "unknownColumn", "test.column")]
    [InlineData("\"target\": \"b\", \"test\": { \"split\": \"rows\", \"rows\": [4] }", "unknownRow", "test.rows[0]")]
    [InlineData("\"target\": \"b\", \"test\": { \"split\": \"dataset\", \"dataset\": \"other\" }", "otherColumns", "test.dataset")]
    public async Task A_request_that_the_profile_refuses_does_not_read_the_table(string members, string code, string field)
    {
        var refused = await Refused.Read(
            await _http.Post("/api/v1/runs", $$"""{ "dataset": "damaged", "validation": { "split": "last" }, {{members}} }"""),
            HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_request_that_the_profile_does_not_refuse_reads_the_table()
    {
        var refused = await Refused.Read(
            await _http.Post("/api/v1/runs", """{ "dataset": "damaged", "target": "b", "validation": { "split": "last" } }"""),
            HttpStatusCode.InternalServerError);

        Assert.Equal("datasetDamaged", refused.Code);
    }

    [Fact]
    public async Task After_an_accepted_request_no_memory_is_reserved_but_the_cached_table()
    {
        var id = await _http.StartRun("""
            { "dataset": "sound", "target": "b", "validation": { "split": "last", "fraction": 0.25 }, "training": { "epochs": 1 } }
            """);
        await _http.Ended(id);

        var memory = app.Services.GetRequiredService<MemoryBudget>();
        await Wait.Until(() => memory.Used is > 0 and < 10_000, () => $"{memory.Used} bytes are reserved");
    }

    private static StringContent Csv(string text) => new(text, System.Text.Encoding.UTF8, "text/csv");
}

/// <summary>Tables that are larger than a run's memory.</summary>
public sealed class TableTooLargeTests(TableTooLargeTests.App app) : IClassFixture<TableTooLargeTests.App>
{
    [Fact]
    public async Task A_table_that_is_larger_than_a_runs_memory_is_refused_with_both_sizes()
    {
        var http = app.CreateClient();
        var header = string.Join(',', Enumerable.Range(0, 9_000).Select(column => $"c{column}"));
        var rows = new[] { "1", "2", "3" }.Select(value => string.Join(',', Enumerable.Repeat(value, 9_000))).ToArray();
        var csv = string.Join('\n', Enumerable.Range(0, 999).Select(row => rows[row % 3]).Prepend(header)) + "\n";
        using var stored = await http.PostAsync("/api/v1/datasets?name=wide", new StringContent(csv, null, "text/csv"));

        var refused = await Refused.Read(
            await http.Post("/api/v1/runs", """{ "dataset": "wide", "target": "c0", "validation": { "split": "last" } }"""),
            HttpStatusCode.BadRequest);

        Assert.Equal("tableTooLarge", refused.Code);
        Assert.Contains("69 MiB", refused.Detail, StringComparison.Ordinal); // 9,000 columns x 999 rows x 8 bytes
        Assert.Contains("64 MiB", refused.Detail, StringComparison.Ordinal);
    }

    public sealed class App : VelodromeApp
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("MaxMemoryMegabytes", "1024").UseSetting("Workers", "16");
        }
    }
}
