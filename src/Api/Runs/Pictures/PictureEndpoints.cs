using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.OpenApi;
using Velodrome.Data;

namespace Velodrome.Api.Runs.Pictures;

/// <summary>Endpoints that draw a run's loss curves as pictures.</summary>
internal static class PictureEndpoints
{
    /// <summary>Largest number of points of a curve: one for each column of pixels, in all but very wide pictures.</summary>
    private const int MaxPoints = 1_000;

    public static void MapPictures(this IEndpointRouteBuilder runs)
    {
        runs.MapGet("/{id:long}/curve.svg", Curve).WithName("getRunCurve").WithParameterExample("id", 1)
            .Produces(StatusCodes.Status200OK, contentType: "image/svg+xml").Refuses("runNotFound", "outOfRange", "wrongType");
        runs.MapGet("/sparklines", Sparklines.Read).WithName("getSparklines").WithParameterExample("ids", "1,2")
            .Refuses("missingField", "tooManyRuns", "outOfRange", "wrongType");
    }

    /// <summary>Draw a run's loss curves as an SVG, for example for a README.</summary>
    /// <remarks>The picture marks the best epoch and the baseline. Its colours follow the reader's light or dark theme.</remarks>
    /// <param name="id">The run's id.</param>
    /// <param name="width">The width in pixels. Default 720.</param>
    /// <param name="height">The height in pixels. Default 360.</param>
    /// <param name="log">Whether the loss axis is logarithmic. Default false.</param>
    private static async Task<ContentHttpResult> Curve(
        long id, TrainingDbContext database, CancellationToken cancellationToken,
        [Range(320, 4_000)] int width = 720, [Range(180, 4_000)] int height = 360, bool log = false)
    {
        var run = await database.FindRun(id, cancellationToken);
        var drawing = new CurveDrawing(run, [.. database.ThinnedHistoryOf(run, after: -1, MaxPoints)], width, height, log);
        return TypedResults.Content(drawing.ToSvg(), "image/svg+xml; charset=utf-8");
    }
}
