using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.OpenApi;
using Velodrome.Data;

namespace Velodrome.Api.Runs.Pictures;

/// <summary>A run's curves as pictures.</summary>
internal static class PictureEndpoints
{
    /// <summary>More points than this are more than a picture has columns.</summary>
    private const int MaxPoints = 1_000;

    public static void MapPictures(this IEndpointRouteBuilder runs)
    {
        runs.MapGet("/{id:long}/curve.svg", Curve).WithName("getRunCurve").WithParameterExample("id", 1)
            .Produces(StatusCodes.Status200OK, contentType: "image/svg+xml").Refuses("runNotFound", "outOfRange", "wrongType");
        runs.MapGet("/sparklines", Sparklines.Read).WithName("getSparklines").WithParameterExample("ids", "1,2").Refuses("missingField", "tooManyRuns", "outOfRange", "wrongType");
    }

    /// <summary>Draw the run's loss curves as an SVG, fit for a README.</summary>
    /// <remarks>Light or dark as the page that shows it. The best epoch and the baseline are marked.</remarks>
    /// <param name="id">The run.</param>
    /// <param name="width">In pixels. Default 720.</param>
    /// <param name="height">In pixels. Default 360.</param>
    /// <param name="log">Whether losses are drawn on a logarithmic scale. Default false.</param>
    private static async Task<ContentHttpResult> Curve(long id, TrainingDbContext database, CancellationToken cancellationToken,
        [Range(320, 4_000)] int width = 720, [Range(180, 4_000)] int height = 360, bool log = false)
    {
        var run = await database.FindRun(id, cancellationToken);
        var drawing = new CurveDrawing(run, [.. database.ThinnedHistoryOf(run, after: -1, MaxPoints)], width, height, log);
        return TypedResults.Content(drawing.ToSvg(), "image/svg+xml; charset=utf-8");
    }
}
