using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Datasets.Columns;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets;

/// <summary>Reads stored datasets.</summary>
internal sealed class DatasetReader(
    IDbContextFactory<TrainingDbContext> contexts, StoredColumns stored, ConversionQueue conversion)
{
    /// <summary>The table that a run reads beside its own dataset. A column that was understood there in another way is read as in the
    /// dataset of the run: "10001" alone is a number, and beside "02134" it is text.</summary>
    /// <param name="datasetId">A validation or test dataset.</param>
    /// <param name="trainingId">The dataset of the run.</param>
    /// <param name="columns">The columns to read.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="RefusedException"><c>datasetNotFound</c>: one was deleted.</exception>
    public async Task<TableKey> KeyBeside(long datasetId, long trainingId, ColumnSet columns, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await Find(database, datasetId, cancellationToken);
        var training = await Find(database, trainingId, cancellationToken);
        return new(datasetId, LikeReading.ChangedColumns(dataset, training).Any(columns.Contains) ? trainingId : null, columns);
    }

    /// <summary>Estimates the memory of a table.</summary>
    /// <exception cref="RefusedException"><c>datasetNotFound</c>: it was deleted.</exception>
    public async Task<TableSize> Measure(TableKey key, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await Find(database, key.DatasetId, cancellationToken);
        var like = key.LikeId is { } likeId ? await Find(database, likeId, cancellationToken) : null;
        return TableSize.Of(dataset, like, key.Columns);
    }

    /// <summary>Reads a dataset as a table.</summary>
    /// <exception cref="RefusedException"><c>datasetNotFound</c>: it was deleted. <c>datasetDamaged</c>.</exception>
    public Table Read(TableKey key, CancellationToken cancellationToken)
    {
        using var database = contexts.CreateDbContext();
        var dataset = Find(database, key.DatasetId);
        if (key.LikeId is { } likeId)
        {
            return ReadCsv(ReadingLike(Find(database, likeId)));
        }

        if (stored.TryRead(dataset, key.Columns, cancellationToken) is { } known)
        {
            return known;
        }

        var table = ReadCsv(dataset.ReadingOrDefault);
        conversion.Offer(dataset, key);
        return table;

        Table ReadCsv(TableReading reading) => Read(
            dataset, csv => CsvTable.Read(csv, reading.Dialect, ColumnsOf(reading), new ColumnArrays(dataset.Rows), cancellationToken),
            cancellationToken);

        ColumnReading[] ColumnsOf(TableReading reading) =>
            [.. reading.Columns.Where(column => key.Columns?.Contains(column.Name) != false)];

        TableReading ReadingLike(Dataset like) => Read(
            dataset, csv => LikeReading.Of(csv, dataset.ReadingOrDefault, like.ReadingOrDefault, cancellationToken), cancellationToken);
    }

    /// <summary>The stored CSV. The stream reads from the database until it is disposed.</summary>
    public Stream OpenCsv(Dataset dataset) => new ChunkStream(contexts.CreateDbContext(), dataset);

    /// <summary>Reads all chunks and compares them with their checksums.</summary>
    /// <exception cref="RefusedException"><c>datasetDamaged</c>.</exception>
    public void Verify(Dataset dataset, CancellationToken cancellationToken)
    {
        using var database = contexts.CreateDbContext();
        var chunks = VerifiedChunks.OfWhole(database, dataset);
        while (!chunks.ReadNext().IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public static RefusedException Deleted(long datasetId) =>
        new("datasetNotFound", "dataset", $"Dataset {datasetId} has been deleted.");

    private static Dataset Find(TrainingDbContext database, long id) =>
        database.Datasets.AsNoTracking().SingleOrDefault(found => found.Id == id) ?? throw Deleted(id);

    private static async Task<Dataset> Find(TrainingDbContext database, long id, CancellationToken cancellationToken) =>
        await database.Datasets.AsNoTracking().SingleOrDefaultAsync(found => found.Id == id, cancellationToken) ?? throw Deleted(id);

    private T Read<T>(Dataset dataset, Func<Stream, T> read, CancellationToken cancellationToken)
    {
        using var csv = OpenCsv(dataset);
        try
        {
            return read(csv);
        }
        finally
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                csv.CopyTo(Stream.Null); // the last verification is at the end: damage is reported, not the syntax error that it makes
            }
        }
    }
}
