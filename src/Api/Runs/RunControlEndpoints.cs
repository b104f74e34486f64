using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Api.Worker;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Runs;

/// <summary>How a run is to be continued.</summary>
public sealed record ContinueRequest
{
    /// <summary>So many epochs more, 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public required int AdditionalEpochs { get; init; }

    /// <summary>A name for people, at most 200 characters. Default: the parent's, with the number of epochs.</summary>
    [StringLength(Run.MaxNameLength)]
    public string? Name { get; init; }
}

/// <summary>Ending a run, and going on from where one ended.</summary>
internal static class RunControlEndpoints
{
    public static void MapRunControl(this IEndpointRouteBuilder runs)
    {
        runs.MapPost("/{id:long}/cancel", Cancel).WithName("cancelRun").WithParameterExample("id", 1).Refuses("runNotFound");
        runs.MapPost("/{id:long}/continue", Continue).WithName("continueRun").WithParameterExample("id", 1)
            .WithBodyExample("application/json", """{ "additionalEpochs": 47 }""")
            .Refuses(RefusalCodes.JsonBody).Refuses("runNotFound", "runNotFinished", "runFailed", "runHasNoCheckpoint", "nulByte");
    }

    /// <summary>End a run and keep the best weights so far.</summary>
    /// <remarks>A run that trains ends within a second or one batch, whichever is longer. Asking again changes nothing.</remarks>
    /// <param name="id">The run.</param>
    /// <response code="202">The run as it is now; it ends soon if it has not already.</response>
    private static async Task<Accepted<RunResponse>> Cancel(long id, TrainingDbContext database, DatabaseWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        await writer.Cancel(id, time.GetUtcNow().ToUnixTimeMilliseconds());
        return TypedResults.Accepted($"/api/v1/runs/{id}", RunResponse.From(await database.FindRun(id, cancellationToken), time.GetUtcNow()));
    }

    /// <summary>Train a run on, as a new run that starts where the old one ended.</summary>
    /// <remarks>
    /// The new run has the old one's history and goes on with its weights, optimiser figures and order of rows: 3 epochs and 47
    /// more are 50, bit for bit. Patience that had run out is granted anew.
    /// </remarks>
    /// <param name="id">The run to go on from.</param>
    /// <param name="request">How far.</param>
    /// <response code="202">Accepted; Location says where the new run is.</response>
    private static async Task<Accepted<RunResponse>> Continue(
        long id, ContinueRequest request, TrainingDbContext database, DatabaseWriter writer, RunDispatcher dispatcher, TimeProvider time, CancellationToken cancellationToken)
    {
        var parent = await database.FindRun(id, cancellationToken);
        RefuseUnlessEnded(parent);
        var epochs = (long)parent.LastEpoch!.Value + request.AdditionalEpochs;
        var run = await writer.Continue(parent, (int)Math.Min(epochs, int.MaxValue), request.Name ?? $"{parent.Name}, continued to {epochs}", time.GetUtcNow().ToUnixTimeMilliseconds());
        dispatcher.Enqueue(QueuedRun.Of(run));
        return TypedResults.Accepted($"/api/v1/runs/{run.Id}", RunResponse.From(run, time.GetUtcNow()));
    }

    private static void RefuseUnlessEnded(Run parent)
    {
        if (parent.FinishedAt is null)
        {
            throw RunRefusals.NotFinished(parent, "Continue it once it has ended, or cancel it first.");
        }

        if (parent.Status == RunStatus.Failed)
        {
            throw new RefusedException("runFailed", "id", $"Run {parent.Id} failed, so there is nothing sound to go on from. {parent.Error?.Message}");
        }

        if (parent.LastEpoch is null)
        {
            throw new RefusedException("runHasNoCheckpoint", "id", $"Run {parent.Id} was cancelled before its first epoch, so there is nothing to go on from. Start another run.");
        }
    }
}
