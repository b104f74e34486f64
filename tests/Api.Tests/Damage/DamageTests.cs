using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Tests.Runs;
using Velodrome.Data;
using Velodrome.Data.Chunks;

namespace Velodrome.Api.Tests.Damage;

/// <summary>Bytes are changed in the database. The service refuses them when it reads them, and everything else keeps working.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly VelodromeApp _app = new();

    [Theory]
    [InlineData("rows")]
    [InlineData("csv")]
    public async Task A_damaged_dataset_is_not_shown(string part)
    {
        var http = _app.CreateClient();
        ChangeOneDigit("study-hours");

        using var response = await http.GetAsync($"/api/v1/datasets/study-hours/{part}");

        var refused = await Refused.Read(response, HttpStatusCode.InternalServerError);
        Assert.Equal("datasetDamaged", refused.Code);
        Assert.Contains("\"study-hours\"", refused.Detail, StringComparison.Ordinal);
        using var other = await http.GetAsync($"/api/v1/datasets/iris/{part}");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_damaged_dataset_is_not_trained_on()
    {
        var http = _app.CreateClient();
        ChangeOneDigit("study-hours");

        using var response = await http.Post("/api/v1/runs", RunCalls.Lesson);

        Assert.Equal("datasetDamaged", (await Refused.Read(response, HttpStatusCode.InternalServerError)).Code);
        Assert.Equal("maxEpochs", (await http.Ended(await http.StartRun(RunCalls.Endless, json => json["training"]!["epochs"] = 1)))
            .GetProperty("stopReason").GetString());
    }

    [Fact]
    public async Task A_damaged_model_does_not_predict()
    {
        var http = _app.CreateClient();
        var id = await http.StartRun(RunCalls.Lesson);
        await http.Ended(id);
        Execute($"UPDATE \"Models\" SET \"Bytes\" = zeroblob(length(\"Bytes\")) WHERE \"RunId\" = {id}");

        using var response = await http.Post($"/api/v1/runs/{id}/predictions", """{ "rows": [{ "hours": 9 }] }""");

        var refused = await Refused.Read(response, HttpStatusCode.InternalServerError);
        Assert.Equal("modelDamaged", refused.Code);
        Assert.Contains($"run {id}", refused.Detail, StringComparison.Ordinal);
    }

    /// <summary>A network of 1.1 million weights, whose model has two pieces.</summary>
    [Fact]
    public async Task A_large_model_predicts_unless_its_second_piece_is_damaged()
    {
        var http = _app.CreateClient();
        var id = await http.StartRun(RunCalls.Lesson, json =>
        {
            json["network"]!["hidden"] = new JsonArray(1100, 1000);
            json["training"]!["epochs"] = 1;
        });
        await http.Ended(id);
        const string Rows = """{ "rows": [{ "hours": 9 }] }""";
        const string Change = "UPDATE \"RunChunks\" SET \"Sha256\" = {0} || substr(\"Sha256\", 2)";
        string first;
        using (var database = CreateContext())
        {
            var model = database.Models.Single(model => model.RunId == id);
            Assert.Equal((1, RunChunk.Size), (model.Chunks, model.Bytes.Length));
            first = database.RunChunks.Single(chunk => chunk.ChunkSet == model.ChunkSet).Sha256[..1];
        }

        Execute(string.Format(CultureInfo.InvariantCulture, Change, "'-'"));
        using var damaged = await http.Post($"/api/v1/runs/{id}/predictions", Rows);
        Execute(string.Format(CultureInfo.InvariantCulture, Change, $"'{first}'"));
        using var mended = await http.Post($"/api/v1/runs/{id}/predictions", Rows);

        var refused = await Refused.Read(damaged, HttpStatusCode.InternalServerError);
        Assert.Equal("modelDamaged", refused.Code);
        Assert.Contains("piece 2 of 2", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, mended.StatusCode);
    }

    public void Dispose() => _app.Dispose();

    /// <summary>The CSV can still be read: only its checksum tells.</summary>
    private void ChangeOneDigit(string dataset)
    {
        using var database = CreateContext();
        var chunk = database.DatasetChunks.AsNoTracking()
            .Single(chunk => chunk.DatasetId == database.Datasets.Single(found => found.Name == dataset).Id);
        var bytes = chunk.Bytes.ToArray();
        var at = Array.FindLastIndex(bytes, character => character is >= (byte)'1' and <= (byte)'8');
        bytes[at]++;
        database.DatasetChunks.Where(found => found.DatasetId == chunk.DatasetId)
            .ExecuteUpdate(row => row.SetProperty(found => found.Bytes, bytes));
    }

    private void Execute(string sql)
    {
        using var database = CreateContext();
        database.Database.ExecuteSqlRaw(sql);
    }

    private TrainingDbContext CreateContext() =>
        _app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
}
