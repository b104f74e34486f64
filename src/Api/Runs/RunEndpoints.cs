using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Worker;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Runs;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Runs;

/// <summary>Training runs: start one, look at it, list all, throw one away.</summary>
internal static class RunEndpoints
{
    public static IServiceCollection AddRuns(this IServiceCollection services) =>
        services
        .AddSingleton<RunStore>().AddSingleton<RunTableReader>().AddSingleton<RunSubmission>().AddSingleton<ProvisionalVerdicts>()
        .AddSingleton<Idempotency>().AddSingleton<RunEvents>();

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/runs").WithTags("Runs");
        runs.MapPost("/", Create).WithName("createRun").WithBodyExample("application/json", RunExamples.Lesson)
            .Refuses(RefusalCodes.JsonBody).Refuses(RefusalCodes.RunRequest).Refuses("unknownColumn", "unknownValue", "notApplicable", "nulByte");
        runs.MapGet("/", List).WithName("listRuns").Refuses("invalidPageToken", "outOfRange", "wrongType", "nulByte");
        runs.MapGet("/{id:long}", Get).WithName("getRun").WithParameterExample("id", 1).Refuses("runNotFound");
        runs.MapDelete("/{id:long}", Delete).WithName("deleteRun").Refuses("runNotFound", "runNotFinished");
        runs.MapHistory();
        runs.MapPictures();
        runs.MapEvents();
        runs.MapRunControl();
    }

    /// <summary>Start a training run.</summary>
    /// <remarks>
    /// Checks the request against the dataset, fills in every default, and answers 202 with the run. A worker trains it; watch
    /// its history grow. Part of the rows must be set aside as validation: training blind is refused. With the header
    /// Idempotency-Key the same request can be sent again without starting a second run; with Prefer: wait=10 the answer
    /// waits up to so many seconds (60 at most) for the end.
    /// </remarks>
    /// <response code="202">Accepted; Location says where the run is.</response>
    /// <response code="200">It ended while the answer waited.</response>
    private static async Task<Results<Accepted<RunResponse>, Ok<RunResponse>>> Create(
        RunRequest request, HttpRequest http, RunSubmission submission, Idempotency idempotency, TrainingDbContext database, RunDispatcher dispatcher,
        TimeProvider time, CancellationToken cancellationToken, [FromHeader(Name = Idempotency.Header)] string? idempotencyKey = null)
    {
        var wait = http.PreferredWait();
        var run = await idempotency.Find(idempotencyKey, request, cancellationToken);
        if (run is null)
        {
            (run, var isNew) = await idempotency.Store(await submission.Check(request, cancellationToken), idempotencyKey, request);
            if (isNew)
            {
                dispatcher.Enqueue(QueuedRun.Of(run));
            }
        }

        if (wait > TimeSpan.Zero)
        {
            run = await database.EndOf(run, wait, time, cancellationToken);
        }

        var path = $"/api/v1/runs/{run.Id}";
        http.HttpContext.Response.Headers.Location = path;
        return wait > TimeSpan.Zero && run.FinishedAt is not null
            ? TypedResults.Ok(RunResponse.From(run, time.GetUtcNow()))
            : TypedResults.Accepted(path, RunResponse.From(run, time.GetUtcNow()));
    }

    /// <summary>List runs, the newest first.</summary>
    /// <param name="status">Only runs of this status.</param>
    /// <param name="dataset">Only runs on this dataset.</param>
    /// <param name="verdict">Only runs that ended with this verdict.</param>
    /// <param name="name">Only runs with this text in their name, in capitals or not.</param>
    /// <param name="orderBy">The newest first, the oldest, or the one with the best validation loss. Default newest.</param>
    /// <param name="pageSize">At most this many.</param>
    /// <param name="pageToken">The nextPageToken of the page before.</param>
    private static async Task<Ok<Page<RunResponse>>> List(TrainingDbContext database, ProvisionalVerdicts verdicts, TimeProvider time, CancellationToken cancellationToken,
        [EnumName(typeof(RunStatus))] string? status = null, string? dataset = null, [EnumName(typeof(VerdictCode))] string? verdict = null, string? name = null, [EnumName(typeof(RunOrder))] string? orderBy = null,
        [Range(1, 1000)] int pageSize = 100, string? pageToken = null)
    {
        var (wanted, code, order) = (EnumName.Parse<RunStatus>(status, "status"), EnumName.Parse<VerdictCode>(verdict, "verdict"), EnumName.Parse<RunOrder>(orderBy, "orderBy") ?? RunOrder.Newest);
        var runs = database.Runs.AsNoTracking().Where(run => (wanted == null || run.Status == wanted) && (code == null || run.VerdictCode == code));
        if (dataset is not null)
        {
            runs = runs.Where(run => database.Datasets.Any(known => known.Id == run.DatasetId && known.Name == dataset));
        }

        if (name is not null)
        {
            runs = runs.Named(name);
        }

        var found = await order.After(runs, pageToken).Take(pageSize + 1).ToListAsync(cancellationToken);
        foreach (var run in found)
        {
            run.Verdict ??= await verdicts.Get(run, cancellationToken);
        }

        return TypedResults.Ok(order.Page(found, pageSize, run => RunResponse.From(run, time.GetUtcNow())));
    }

    /// <summary>Show a run.</summary>
    /// <param name="id">Its number.</param>
    private static async Task<Ok<RunResponse>> Get(long id, TrainingDbContext database, ProvisionalVerdicts verdicts, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = await database.FindRun(id, cancellationToken);
        run.Verdict ??= await verdicts.Get(run, cancellationToken);
        return TypedResults.Ok(RunResponse.From(run, time.GetUtcNow()));
    }

    /// <summary>Delete a run that has ended, with its history and its model.</summary>
    /// <remarks>Runs that went on from it stay, with all that they took over, and have no parentId any longer. An Idempotency-Key
    /// that made it is free again.</remarks>
    /// <param name="id">Its number.</param>
    private static async Task<NoContent> Delete(long id, TrainingDbContext database, DatabaseWriter writer, CancellationToken cancellationToken)
    {
        var run = await database.FindRun(id, cancellationToken);
        if (run.FinishedAt is null)
        {
            throw RunRefusals.NotFinished(run, "Cancel it first, with POST /api/v1/runs/{id}/cancel.");
        }

        await writer.Write(writing =>
        {
            writing.Runs.Where(child => child.ParentId == id).ExecuteUpdate(child => child.SetProperty(child => child.ParentId, (long?)null));
            writing.Runs.Where(found => found.Id == id).ExecuteDelete();
        });
        return TypedResults.NoContent();
    }

    /// <summary>The run as it is once it has ended, or when the time is over.</summary>
    private static async Task<Run> EndOf(this TrainingDbContext database, Run run, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (run.FinishedAt is null && time.GetElapsedTime(start) < wait && !await database.Runs.AnyAsync(found => found.Id == run.Id && found.FinishedAt != null, cancellationToken))
        {
            // Nobody waits for more than a fiftieth longer than the run takes, and a long run is not asked for too often.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(time.GetElapsedTime(start).TotalMilliseconds / 50, 1, 100)), time, cancellationToken);
        }

        return run.FinishedAt is null ? await database.FindRun(run.Id, cancellationToken) : run;
    }

    /// <exception cref="RefusedException"><c>runNotFound</c>.</exception>
    public static async Task<Run> FindRun(this TrainingDbContext database, long id, CancellationToken cancellationToken) =>
        await database.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellationToken)
            ?? throw new RefusedException("runNotFound", "id", $"There is no run {id}. GET /api/v1/runs lists them all.");
}
