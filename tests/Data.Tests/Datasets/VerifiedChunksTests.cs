using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Datasets;
using Velodrome.Training;

namespace Velodrome.Data.Tests.Datasets;

public sealed class VerifiedChunksTests : IDisposable
{
    private static readonly byte[] Csv = CsvStream.Content(DatasetChunk.Size + 100);

    private readonly TestDatabase _database = new TestDatabase().Upgraded();
    private readonly DatabaseWriter _writer;

    public VerifiedChunksTests() => _writer = new(_database);

    [Fact]
    public async Task Undamaged_chunks_are_returned_in_order() => Assert.Equal(Csv, ReadAll(await Store()));

    [Theory]
    [InlineData("\"Number\" = 0")]
    [InlineData("\"Number\" = 1")]
    public async Task A_changed_byte_in_any_chunk_is_refused(string where)
    {
        var dataset = await Store();
        Execute($"UPDATE \"DatasetChunks\" SET \"Bytes\" = zeroblob(length(\"Bytes\")) WHERE {where}");

        AssertDamaged(dataset);
    }

    [Fact]
    public async Task A_missing_chunk_is_refused()
    {
        var dataset = await Store();
        Execute("DELETE FROM \"DatasetChunks\" WHERE \"Number\" = 1");

        AssertDamaged(dataset);
    }

    [Fact]
    public async Task Chunks_of_an_earlier_version_are_compared_with_the_checksum_of_the_dataset()
    {
        var dataset = await Store();
        Execute("UPDATE \"DatasetChunks\" SET \"Sha256\" = NULL");
        Assert.Equal(Csv, ReadAll(dataset));

        Execute("UPDATE \"DatasetChunks\" SET \"Bytes\" = zeroblob(length(\"Bytes\")) WHERE \"Number\" = 1");

        AssertDamaged(dataset);
    }

    [Fact]
    public async Task A_dataset_that_is_deleted_while_it_is_read_is_not_called_damaged()
    {
        var dataset = await Store();
        using var database = _database.CreateDbContext();
        var chunks = VerifiedChunks.OfWhole(database, dataset);
        chunks.ReadNext();
        Execute("DELETE FROM \"Datasets\"");

        Assert.Equal("datasetNotFound", Assert.Throws<RefusedException>(() => chunks.ReadNext()).Faults[0].Code);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _database.Dispose();
    }

    private Task<Dataset> Store() => new DatasetStore(_writer, _database, TimeProvider.System).Add(
        new()
        {
            Name = "one",
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Csv)),
            Bytes = Csv.Length,
            Rows = 1,
            Columns = [],
            Warnings = [],
            CreatedAt = 0,
        },
        new MemoryStream(Csv), CancellationToken.None);

    private byte[] ReadAll(Dataset dataset)
    {
        using var database = _database.CreateDbContext();
        var chunks = VerifiedChunks.OfWhole(database, dataset);
        using var all = new MemoryStream();
        while (chunks.ReadNext() is { IsEmpty: false } chunk)
        {
            all.Write(chunk.Span);
        }

        return all.ToArray();
    }

    private void AssertDamaged(Dataset dataset)
    {
        var refused = Assert.Throws<RefusedException>(() => ReadAll(dataset));
        Assert.Equal("datasetDamaged", refused.Faults[0].Code);
        Assert.Contains("\"one\"", refused.Message, StringComparison.Ordinal);
    }

    private void Execute(string sql)
    {
        using var database = _database.CreateDbContext();
        database.Database.ExecuteSqlRaw(sql);
    }
}
