using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Velodrome.Api.OpenApi;
using Velodrome.Data;
using Velodrome.Training;

namespace Velodrome.Api.Runs;

/// <summary>A run as it trains.</summary>
internal static class EventEndpoints
{
    private const string LastEventId = "Last-Event-ID";

    public static void MapEvents(this IEndpointRouteBuilder runs) => runs.MapGet("/{id:long}/events", Events).WithName("watchRun").WithParameterExample("id", 1)
        .Produces<RunEvent>(StatusCodes.Status200OK, "text/event-stream").Produces(StatusCodes.Status204NoContent).Refuses("runNotFound", "outOfRange", "wrongType");

    /// <summary>Watch a run as server-sent events.</summary>
    /// <remarks>
    /// An event <c>epochs</c> has all epochs that were committed since the one before, at most ten times a second; its id is the last
    /// of them, so that a browser that lost the connection goes on without gap or duplicate. <c>ping</c> comes after 15 seconds
    /// without news, and <c>done</c> with the whole run when it has ended.
    /// </remarks>
    /// <param name="id">The run.</param>
    /// <param name="after">Only epochs after this one, for a first call; Last-Event-ID goes before it.</param>
    /// <param name="lastEventId">The last epoch that the caller has.</param>
    /// <response code="200">Events, until the run has ended.</response>
    /// <response code="204">The run has ended, and the caller has all of it.</response>
    private static async Task<Results<ServerSentEventsResult<object>, NoContent>> Events(long id, TrainingDbContext database, RunEvents events,
        CancellationToken cancellationToken, [Range(0, int.MaxValue)] int? after = null, [FromHeader(Name = LastEventId)] string? lastEventId = null)
    {
        var run = await database.FindRun(id, cancellationToken);
        var resumes = !string.IsNullOrEmpty(lastEventId);
        var last = resumes ? Parse(lastEventId!) : after ?? -1;
        return resumes && run.FinishedAt is not null && last >= (run.LastEpoch ?? 0)
            ? TypedResults.NoContent()
            : TypedResults.ServerSentEvents(events.Follow(id, last, cancellationToken));
    }

    private static int Parse(string lastEventId) => int.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
        ? epoch
        : throw new RefusedException("wrongType", LastEventId, $"{LastEventId} is the id of the last event received, an epoch's number; '{lastEventId}' is none.");
}
