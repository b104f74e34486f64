using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>Reads stored datasets.</summary>
internal sealed class DatasetReader(IDbContextFactory<TrainingDbContext> contexts)
{
    /// <summary>Reads a dataset as a table.</summary>
    /// <exception cref="RefusedException"><c>datasetNotFound</c>: it was deleted.</exception>
    public Table Read(long datasetId)
    {
        using var database = contexts.CreateDbContext();
        var dataset = database.Datasets.AsNoTracking().SingleOrDefault(found => found.Id == datasetId)
            ?? throw new RefusedException("datasetNotFound", "dataset", $"Dataset {datasetId} has been deleted.");
        using var csv = OpenCsv(datasetId);
        return CsvTable.Read(csv, ColumnsOf(dataset), dataset.Rows);
    }

    /// <summary>The stored CSV. The stream reads from the database until it is disposed.</summary>
    public Stream OpenCsv(long datasetId) => new ChunkStream(contexts.CreateDbContext(), datasetId);

    public static IReadOnlyList<CsvColumn> ColumnsOf(Dataset dataset) =>
        dataset.Columns.Select(column => new CsvColumn(column.Name, column.Kind)).ToList();
}
