using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.Access;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Runs;

/// <summary>A request to continue a run.</summary>
public sealed record ContinueRequest
{
    /// <summary>The number of epochs to add, 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public required int AdditionalEpochs { get; init; }

    /// <summary>A display name, at most 200 characters. Default: the parent's name and the number of epochs.</summary>
    [StringLength(Run.MaxNameLength)]
    public string? Name { get; init; }
}

/// <summary>Cancel and continue runs.</summary>
internal static class RunControlEndpoints
{
    public static void MapRunControl(this IEndpointRouteBuilder runs)
    {
        runs.MapPost("/{id:long}/cancel", Cancel).WithName("cancelRun").WithParameterExample("id", 1).Refuses("runNotFound");
        runs.MapPost("/{id:long}/continue", Continue).WithName("continueRun").WithParameterExample("id", 1)
            .WithBodyExample("application/json", """{ "additionalEpochs": 47 }""")
            .Refuses(RefusalCodes.JsonBody)
            .Refuses("runNotFound", "runNotFinished", "runFailed", "runHasNoCheckpoint", "scheduleFixed", "quotaExceeded");
    }

    /// <summary>Cancel a run and keep the best weights so far.</summary>
    /// <remarks>
    /// A training run stops within a second, or after the current batch or layer if that takes longer. It keeps its best weights, which are
    /// evaluated if that takes no longer than a second. Cancelling it again changes nothing.
    /// </remarks>
    /// <param name="id">The run's id.</param>
    /// <response code="202">The run as it is now. It ends soon unless it has ended already.</response>
    private static async Task<Accepted<RunResponse>> Cancel(
        long id, RunStore store, TrainingDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        await store.Cancel(id);
        var run = await database.FindRun(id, cancellationToken);
        return TypedResults.Accepted($"/api/v1/runs/{id}", RunResponse.From(run, time.GetUtcNow()));
    }

    /// <summary>Continue a run as a new run that starts where the old one ended.</summary>
    /// <remarks>
    /// The new run has the old run's history and continues with its weights, optimiser state and order of rows: 3 epochs and 47 more
    /// equal 50 epochs, bit for bit. If early stopping ended the old run, its patience starts again. A schedule other than constant spans
    /// all epochs of a run, so such a run can only be continued up to them, after it was cancelled or stopped early.
    /// </remarks>
    /// <param name="id">The id of the run to continue.</param>
    /// <param name="request">How many epochs to add.</param>
    /// <response code="202">Accepted. The Location header contains the address of the new run.</response>
    private static async Task<Accepted<RunResponse>> Continue(
        long id, ContinueRequest request, HttpContext http, RunSubmission submission, TrainingDbContext database, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var parent = await database.FindRun(id, cancellationToken);
        RefuseUnlessContinuable(parent);
        var epochs = (long)parent.LastEpoch!.Value + request.AdditionalEpochs;
        RefuseToChangeSchedule(parent, epochs);
        var name = request.Name ?? $"{parent.Name}, continued to {epochs}";
        var run = await submission.Continue(parent, (int)Math.Min(epochs, int.MaxValue), name, http.CallerKey(), cancellationToken);
        return TypedResults.Accepted($"/api/v1/runs/{run.Id}", RunResponse.From(run, time.GetUtcNow()));
    }

    private static void RefuseUnlessContinuable(Run parent)
    {
        if (parent.FinishedAt is null)
        {
            throw RunRefusals.NotFinished(parent, "Continue it after it has ended, or cancel it first.");
        }

        if (parent.Status == RunStatus.Failed)
        {
            throw new RefusedException("runFailed", "id", $"Run {parent.Id} failed, so it can't be continued. {parent.Error?.Message}");
        }

        if (parent.LastEpoch is null)
        {
            throw new RefusedException("runHasNoCheckpoint", "id",
                $"Run {parent.Id} was cancelled before its first epoch, so it can't be continued. Start a new run.");
        }
    }

    /// <summary>With more epochs, every step of a run would have had another learning rate, so none of its epochs could be kept.</summary>
    private static void RefuseToChangeSchedule(Run parent, long epochs)
    {
        var training = parent.Spec.Training;
        if (training.Schedule == ScheduleKind.Constant || epochs == training.Epochs)
        {
            return;
        }

        var remaining = training.Epochs - parent.LastEpoch!.Value;
        throw new RefusedException("scheduleFixed", "additionalEpochs",
            $"The learning rate of run {parent.Id} follows the schedule {JsonNamingPolicy.CamelCase.ConvertName($"{training.Schedule}")} " +
            $"over {training.Epochs} epochs. With {epochs} epochs it would have had other rates from the first step on. " +
            $"Start a new run with \"epochs\": {epochs}" +
            (remaining > 0 ? $", or continue this one with \"additionalEpochs\": {remaining}." : "."));
    }
}
