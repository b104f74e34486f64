using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Datasets;
using Velodrome.Api.Memory;
using Velodrome.Api.OpenApi;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Drift;

namespace Velodrome.Api.Drift;

/// <summary>Shows which columns have moved.</summary>
internal static class DriftEndpoints
{
    public static IServiceCollection AddDrift(this IServiceCollection services) => services
        .AddSingleton<PredictionInputStore>()
        .AddSingleton<PredictionInputRecorder>()
        .AddHostedService(provider => provider.GetRequiredService<PredictionInputRecorder>());

    public static void MapDrift(this IEndpointRouteBuilder routes)
    {
        routes.MapRunDrift();
        routes.MapGet("/datasets/{name}/drift", OfDataset).WithTags("Datasets").WithName("getDatasetDrift")
            .WithParameterExample("name", "study-hours").WithParameterExample("from", 1).WithParameterExample("to", 2)
            .Refuses("datasetNotFound", "versionNotFound", "outOfRange", "wrongType", "nothingToCompare", "datasetDamaged");
    }

    /// <summary>Show which columns of a dataset have moved between two versions.</summary>
    /// <remarks>
    /// Compares the rows of one version with the rows that were appended after it: numbers and dates by a Kolmogorov-Smirnov test,
    /// categories, booleans and the share of missing values by a chi-squared test. A column has moved if the effect size is at least 0.1
    /// and the p-value, corrected for the number of tests, is at most 0.01.
    /// </remarks>
    /// <param name="name">The dataset's name.</param>
    /// <param name="from">The earlier version. All of its rows are compared with. Default: the one before the later version.</param>
    /// <param name="to">The later version. Its rows after those of the earlier one are compared. Default: the newest.</param>
    private static async Task<Ok<DatasetDriftResponse>> OfDataset(
        string name, TrainingDbContext database, TableCache tables, MemoryBudget memory, CancellationToken cancellationToken,
        [Range(1, int.MaxValue)] int? from = null, [Range(1, int.MaxValue)] int? to = null)
    {
        var later = await database.Find(name, to, cancellationToken, nameof(to));
        var earlier = from is null
            ? await FindBefore(later, database, cancellationToken)
            : await database.Find(name, from, cancellationToken, nameof(from));
        if (earlier.Version >= later.Version)
        {
            throw new RefusedException("outOfRange", nameof(from),
                $"from is {earlier.Version} and to is {later.Version}, but from must be an earlier version than to. Leave from out for " +
                "the version before, or leave to out for the newest.");
        }

        using var working = await memory.ReserveForRequest(TableDrift.MemoryOf(later.Rows), cancellationToken);
        using var lease = await tables.Lease(new(later.Id), run: null, cancellationToken);
        var columns = await LargeWork.Run(
            lease.Table.Bytes, () => TableDrift.Compare(lease.Table, earlier.Rows, cancellationToken), cancellationToken);
        return TypedResults.Ok(new DatasetDriftResponse(
            later.Name,
            new(earlier.Version, earlier.Rows, $"all rows of version {earlier.Version}"),
            new(later.Version, later.Rows - earlier.Rows, $"the rows of version {later.Version} that version {earlier.Version} lacks"),
            DriftLimits.Used,
            columns.Count(column => column.HasMoved),
            [.. columns.Select(DriftedColumn.Of)]));
    }

    private static async Task<Dataset> FindBefore(Dataset later, TrainingDbContext database, CancellationToken cancellationToken) =>
        await database.Datasets.AsNoTracking().Newest(later.Name)
            .FirstOrDefaultAsync(version => version.Version < later.Version, cancellationToken)
        ?? throw new RefusedException("nothingToCompare", "to",
            later.Version > 1
            ? $"The versions before version {later.Version} of dataset \"{later.Name}\" were removed. Name a later version as to."
            : $"Dataset \"{later.Name}\" has no version before version {later.Version}. Append rows with " +
                $"POST /api/v1/datasets/{Uri.EscapeDataString(later.Name)}/rows, which makes a new version.");
}
