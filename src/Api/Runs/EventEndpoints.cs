using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Velodrome.Api.Access;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Runs.Watching;
using Velodrome.Data;
using Velodrome.Training;

namespace Velodrome.Api.Runs;

/// <summary>Endpoint for a run's progress as server-sent events.</summary>
internal static class EventEndpoints
{
    private const string LastEventId = "Last-Event-ID";

    public static void MapEvents(this IEndpointRouteBuilder runs) => runs.MapGet("/{id:long}/events", Events)
        .WithName("watchRun").WithParameterExample("id", 1)
        .Produces<RunEvent>(StatusCodes.Status200OK, "text/event-stream").Produces(StatusCodes.Status204NoContent)
        .Refuses("runNotFound", "outOfRange", "wrongType");

    /// <summary>Watch a run as server-sent events.</summary>
    /// <remarks>
    /// There are three events. <c>epochs</c> carries all epochs committed since the previous event, at most ten times a second. Its id
    /// is the number of the last epoch, so a browser that reconnects continues without gaps or duplicates. <c>ping</c> follows after
    /// 15 seconds without news. <c>done</c> carries the whole run when it has ended, and closes the stream.
    /// </remarks>
    /// <param name="id">The run's id.</param>
    /// <param name="after">Send only epochs after this one. Last-Event-ID takes precedence.</param>
    /// <param name="lastEventId">The number of the last epoch that the caller has. Browsers send it when they reconnect.</param>
    /// <response code="200">The stream, which ends with the run.</response>
    /// <response code="204">The run has ended and the caller has all its epochs. A browser stops reconnecting.</response>
    private static async Task<Results<ServerSentEventsResult<object>, NoContent, EmptyHttpResult>> Events(
        long id, HttpContext http, TrainingDbContext database, RunEvents events, RunWatcher watcher, WatchLimits limits,
        ActiveKeys keys, CancellationToken cancellationToken,
        [Range(0, int.MaxValue)] int? after = null, [FromHeader(Name = LastEventId)] string? lastEventId = null)
    {
        var run = await database.FindRun(id, cancellationToken);
        var reconnects = !string.IsNullOrEmpty(lastEventId);
        var lastEpoch = reconnects ? ParseEpoch(lastEventId!) : after ?? -1;
        if (http.IsHead())
        {
            http.Response.ContentType = "text/event-stream";
            return TypedResults.Empty;
        }

        if (reconnects && run.FinishedAt is not null && lastEpoch >= (run.LastEpoch ?? 0))
        {
            return TypedResults.NoContent();
        }

        http.Response.RegisterForDispose(limits.EventReaders.Enter());
        var watch = watcher.Watch(id);
        http.Response.RegisterForDispose(watch);
        return TypedResults.ServerSentEvents(events.Follow(watch, lastEpoch, cancellationToken)
            .TakeWhile(async (_, _) => (await keys.Get()).IsActive(http.User))); // a revoked key gets no more events
    }

    private static int ParseEpoch(string eventId) => int.TryParse(eventId, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
        ? epoch
        : throw new RefusedException("wrongType", LastEventId,
            $"{LastEventId} takes the number of an epoch, not \"{eventId}\". Send the id of the last event received.");
}
