using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Damage;

namespace Velodrome.Data.Datasets;

/// <summary>The rows of a column that are in one <see cref="ColumnChunk"/>.</summary>
/// <param name="DatasetId">The version that added the rows.</param>
/// <param name="Column">The column's index in <see cref="Dataset.Columns"/>.</param>
/// <param name="Number">The chunk's number in its version, from 0.</param>
/// <param name="FirstRow">Number of the first row in the whole dataset, from 0.</param>
/// <param name="Rows">How many rows there are.</param>
public readonly record struct ColumnSlice(long DatasetId, int Column, int Number, int FirstRow, int Rows);

/// <summary>Stores the columns of datasets in chunks, each in a transaction of its own, and finds them.</summary>
public sealed class ColumnStore(DatabaseWriter writer, IDbContextFactory<TrainingDbContext> contexts)
{
    /// <summary>Divides columns of a complete version into slices. Those of a column are in the order of its rows.</summary>
    /// <param name="dataset">The version.</param>
    /// <param name="columns">Indices of the columns.</param>
    public IReadOnlyList<ColumnSlice> Divide(Dataset dataset, IReadOnlyList<int> columns)
    {
        using var database = contexts.CreateDbContext();
        var versions = database.Datasets.UpTo(dataset).Select(version => new { version.Id, version.Rows }).ToList();
        var slices = new List<ColumnSlice>();
        foreach (var column in columns)
        {
            var start = 0;
            foreach (var version in versions)
            {
                for (var number = 0; start < version.Rows; number++)
                {
                    var rows = Math.Min(ColumnChunk.Rows, version.Rows - start);
                    slices.Add(new(version.Id, column, number, start, rows));
                    start += rows;
                }
            }
        }

        return slices;
    }

    /// <summary>The slices that are not stored.</summary>
    public IReadOnlyList<ColumnSlice> FindMissing(IReadOnlyList<ColumnSlice> slices)
    {
        var versions = slices.Select(slice => slice.DatasetId).Distinct().ToArray();
        var columns = slices.Select(slice => slice.Column).Distinct().ToArray();
        using var database = contexts.CreateDbContext();
        var stored = database.ColumnChunks
            .Where(chunk => versions.Contains(chunk.DatasetId) && columns.Contains(chunk.Column))
            .Select(chunk => new { chunk.DatasetId, chunk.Column, chunk.Number }).AsEnumerable()
            .Select(chunk => (chunk.DatasetId, chunk.Column, chunk.Number)).ToHashSet();
        return [.. slices.Where(slice => !stored.Contains((slice.DatasetId, slice.Column, slice.Number)))];
    }

    /// <summary>The bytes of a chunk; null if it is missing or damaged.</summary>
    public byte[]? Read(ColumnSlice slice)
    {
        using var database = contexts.CreateDbContext();
        var chunk = Find(database, slice).AsNoTracking().SingleOrDefault();
        return chunk is not null && Checksum.Matches(chunk.Bytes, chunk.Sha256) ? chunk.Bytes : null;
    }

    /// <summary>Stores a chunk, in place of a damaged one if there is one.</summary>
    /// <returns>Whether the dataset still exists.</returns>
    public async Task<bool> Store(ColumnSlice slice, byte[] bytes)
    {
        var sha256 = Checksum.Of(bytes);
        try
        {
            await writer.Write(database =>
            {
                Find(database, slice).ExecuteDelete();
                database.ColumnChunks.Add(new()
                {
                    DatasetId = slice.DatasetId,
                    Column = slice.Column,
                    Number = slice.Number,
                    Bytes = bytes,
                    Sha256 = sha256,
                });
            });
            return true;
        }
        catch (DbException failure) when (failure.IsUniqueViolation())
        {
            return true; // another process has stored it a moment ago
        }
        catch (Exception failure) when (failure.IsForeignKeyViolation())
        {
            return false;
        }
    }

    private static IQueryable<ColumnChunk> Find(TrainingDbContext database, ColumnSlice slice) => database.ColumnChunks
        .Where(chunk => chunk.DatasetId == slice.DatasetId && chunk.Column == slice.Column && chunk.Number == slice.Number);
}
