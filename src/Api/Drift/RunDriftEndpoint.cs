using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Predictions;
using Velodrome.Api.Runs;
using Velodrome.Data;
using Velodrome.Training;

namespace Velodrome.Api.Drift;

/// <summary>Shows which features differ between a run's training rows and the rows that predictions were asked for.</summary>
internal static class RunDriftEndpoint
{
    public static void MapRunDrift(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runs/{id:long}/drift", OfRun).WithTags("Predictions").WithName("getRunDrift").WithParameterExample("id", 1)
            .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "modelDamaged", "notApplicable", "nothingToCompare");

    /// <summary>Show which features of a run have moved between its training rows and the rows that it has predicted.</summary>
    /// <remarks>
    /// The service keeps no rows that predictions are asked for. It counts them by the bins and levels of the training rows, and compares
    /// the counts: numbers and dates by a Kolmogorov-Smirnov test at the edges of the bins, categories, booleans and the share of missing
    /// values by a chi-squared test. A feature has moved under the conditions of GET /datasets/{name}/drift.
    /// </remarks>
    /// <param name="id">The run's id.</param>
    private static async Task<Ok<RunDriftResponse>> OfRun(
        long id, TrainingDbContext database, ModelCache models, PredictionInputRecorder recorder, CancellationToken cancellationToken)
    {
        var run = await database.FindRun(id, cancellationToken);
        var layout = (await models.Get(run, cancellationToken)).Inputs ?? throw new RefusedException("notApplicable", "id",
            $"Run {id} was trained by an earlier version of the service, which did not count its training rows. Train it again.");
        await recorder.Flush();
        var inputs = await database.PredictionInputs.AsNoTracking().SingleOrDefaultAsync(inputs => inputs.RunId == id, cancellationToken)
            ?? throw new RefusedException("nothingToCompare", "id",
                $"Run {id} has predicted no rows since they are counted. Send rows to POST /api/v1/runs/{id}/predictions.");
        var columns = layout.Compare([.. inputs.Counts]);
        return TypedResults.Ok(new RunDriftResponse(
            id,
            new(columns[0].First.Rows, "the training rows"),
            new(inputs.Rows, "the rows that predictions were asked for"),
            DateTimeOffset.FromUnixTimeMilliseconds(inputs.Since),
            DateTimeOffset.FromUnixTimeMilliseconds(inputs.Until),
            DriftLimits.Used,
            columns.Count(column => column.HasMoved),
            [.. columns.Select(DriftedColumn.Of)]));
    }
}

/// <summary>What moved between a run's training rows and the rows that it has predicted.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="From">The rows that are compared with.</param>
/// <param name="To">The rows that are compared.</param>
/// <param name="Since">When the first of these came.</param>
/// <param name="Until">When the last of these came.</param>
/// <param name="Limits">What counts as moved.</param>
/// <param name="Moved">Number of features that have moved.</param>
/// <param name="Columns">Those that have moved first, then by effect size.</param>
internal sealed record RunDriftResponse(
    long RunId, ComparedRows From, ComparedRows To, DateTimeOffset Since, DateTimeOffset Until, DriftLimits Limits, int Moved,
    IReadOnlyList<DriftedColumn> Columns);

/// <summary>Rows.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Contains">Which rows these are.</param>
internal sealed record ComparedRows(long Rows, string Contains);
