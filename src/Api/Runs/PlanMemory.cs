using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Datasets;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;

namespace Velodrome.Api.Runs;

/// <summary>The memory that a request needs to make a run's plan, known before its tables are read.</summary>
/// <param name="TableBytes">The tables.</param>
/// <param name="Bytes">What the plan needs in addition.</param>
internal readonly record struct PlanMemory(long TableBytes, long Bytes)
{
    /// <summary>Bytes of a row: its number in lists and parts, a hash and an entry that counts it, its target and weight, and its
    /// losses.</summary>
    private const long BytesOfRow = 122;

    /// <summary>Bytes of a group: its name, a list of row numbers, and an entry of a dictionary.</summary>
    private const long BytesOfGroup = 260;

    /// <param name="datasets">The datasets of the run, the first one being trained on.</param>
    /// <param name="columns">The columns that the plan reads.</param>
    /// <param name="target">The column to predict.</param>
    /// <param name="splits">The splits of validation and test.</param>
    public static PlanMemory Of(
        IReadOnlyList<Dataset> datasets, ColumnSet columns, string target, params IEnumerable<SplitOptions?> splits)
    {
        var tables = datasets.DistinctBy(dataset => dataset.Id).Sum(TableBytes);
        var rows = datasets.Sum(dataset => (long)dataset.Rows);
        var concatenation = datasets.Count > 1 ? datasets.Sum(TableBytes) : 0;
        var sortedColumns = sizeof(double) * Environment.ProcessorCount; // a sorted column of each processor, while an encoding is fitted
        return new(tables, concatenation + rows * (BytesOfRow + sortedColumns) + BytesOfGroup * splits.Sum(Groups));

        long TableBytes(Dataset dataset) => TableSize.Of(dataset, like: datasets[0], columns).Bytes;

        long Groups(SplitOptions? split) => split?.Split switch
        {
            SplitKind.Group => Distinct(split.Column),
            SplitKind.Stratified => Distinct(target),
            _ => 0,
        };

        long Distinct(string? name) =>
            datasets[0].Columns.FirstOrDefault(column => column.Name == name) is { } column ? (long)column.Distinct : 0;
    }

    /// <summary>Measures the plan of a stored run.</summary>
    /// <exception cref="RefusedException"><c>datasetNotFound</c>: one was deleted.</exception>
    public static async Task<PlanMemory> Of(TrainingDbContext database, RunDatasets ids, RunSpec spec, CancellationToken cancellationToken)
    {
        long[] wanted = [.. new[] { ids.Dataset, ids.Validation, ids.Test }.OfType<long>()];
        var stored = await database.Datasets.AsNoTracking()
            .Where(dataset => wanted.Contains(dataset.Id)).ToDictionaryAsync(dataset => dataset.Id, cancellationToken);
        return Of(
            [.. wanted.Select(id => stored.GetValueOrDefault(id) ?? throw DatasetReader.Deleted(id))],
            ColumnSet.OfRun(spec.Features, spec.Target, spec.WeightColumn, spec.Validation, spec.Test), spec.Target, spec.Validation,
            spec.Test);
    }
}
