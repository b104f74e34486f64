using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Access;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Runs.Watching;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Runs;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Runs;

/// <summary>Start, list, show and delete training runs.</summary>
internal static class RunEndpoints
{
    public static IServiceCollection AddRuns(this IServiceCollection services) =>
        services.AddSingleton<RunTableReader>().AddSingleton<RunSubmission>().AddSingleton<ProvisionalVerdicts>().AddSingleton<RunEvents>()
            .AddSingleton<WatchLimits>().AddSingleton<RunWatcher>().AddHostedService(provider => provider.GetRequiredService<RunWatcher>());

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/runs").WithTags("Runs");
        runs.MapPost("/", Create).WithName("createRun").WithBodyExample("application/json", RunExamples.Lesson)
            .Refuses(RefusalCodes.JsonBody).Refuses(RefusalCodes.RunRequest)
            .Refuses("unknownColumn", "unknownValue", "notApplicable", "quotaExceeded", "datasetDamaged");
        runs.MapGet("/", List).WithName("listRuns").Refuses("invalidPageToken", "outOfRange", "wrongType");
        runs.MapGet("/{id:long}", Get).WithName("getRun").WithParameterExample("id", 1).Refuses("runNotFound");
        runs.MapDelete("/{id:long}", Delete).WithName("deleteRun").Refuses("runNotFound", "runNotFinished");
        runs.MapHistory();
        runs.MapPictures();
        runs.MapEvents();
        runs.MapRunControl();
    }

    /// <summary>Start a training run.</summary>
    /// <remarks>
    /// Checks the request against the dataset, fills in every default, and returns 202 with the run. A worker then trains it, and its
    /// history grows. Some rows must be set aside for validation; a request without them is refused. With the header Idempotency-Key
    /// you can repeat the same request without starting a second run. With the header Prefer: wait=10 the response waits up to 10 seconds
    /// (at most 60) for the run to end.
    /// </remarks>
    /// <response code="202">Accepted. The Location header contains the address of the run.</response>
    /// <response code="200">The run has ended while the response waited.</response>
    private static async Task<Results<Accepted<RunResponse>, Ok<RunResponse>>> Create(
        RunRequest request, HttpRequest http, RunSubmission submission, RunWatcher watcher, WatchLimits limits,
        TrainingDbContext database, IHostApplicationLifetime lifetime, TimeProvider time, CancellationToken cancellationToken,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey = null)
    {
        var wait = http.PreferredWait();
        using var place = wait > TimeSpan.Zero ? limits.WaitingCallers.Enter() : null;
        var run = await submission.Submit(request, idempotencyKey, http.HttpContext.CallerKey(), cancellationToken);
        if (wait > TimeSpan.Zero && run.FinishedAt is null)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            await watcher.WaitForEnd(run.Id, wait, HasEnded, end.Token);
            run = await database.FindRun(run.Id, cancellationToken);
        }

        var path = $"/api/v1/runs/{run.Id}";
        http.HttpContext.Response.Headers.Location = path;
        return wait > TimeSpan.Zero && run.FinishedAt is not null
            ? TypedResults.Ok(RunResponse.From(run, time.GetUtcNow()))
            : TypedResults.Accepted(path, RunResponse.From(run, time.GetUtcNow()));

        Task<bool> HasEnded() => database.Runs.AnyAsync(found => found.Id == run.Id && found.FinishedAt != null, cancellationToken);
    }

    /// <summary>List runs, newest first by default.</summary>
    /// <remarks>A list leaves out `rows` of `validation` and `test`; `split` has their counts.</remarks>
    /// <param name="status">Only runs with this status.</param>
    /// <param name="dataset">Only runs on this dataset.</param>
    /// <param name="verdict">Only runs that ended with this verdict.</param>
    /// <param name="name">Only runs whose name contains this text; upper and lower case are equal.</param>
    /// <param name="orderBy">Newest first, oldest first, or best validation loss first. Default newest.</param>
    /// <param name="pageSize">The largest number of runs to return.</param>
    /// <param name="pageToken">The nextPageToken of the previous page.</param>
    private static async Task<Ok<Page<RunResponse>>> List(
        TrainingDbContext database, ProvisionalVerdicts verdicts, TimeProvider time, CancellationToken cancellationToken,
        [EnumName(typeof(RunStatus))] string? status = null, string? dataset = null, [EnumName(typeof(VerdictCode))] string? verdict = null,
        string? name = null, [EnumName(typeof(RunOrder))] string? orderBy = null,
        [Range(1, 1000)] int pageSize = 100, string? pageToken = null)
    {
        var (wanted, code) = (EnumName.Parse<RunStatus>(status, "status"), EnumName.Parse<VerdictCode>(verdict, "verdict"));
        var order = EnumName.Parse<RunOrder>(orderBy, "orderBy") ?? RunOrder.Newest;
        var runs = database.Runs.AsNoTracking()
            .Where(run => (wanted == null || run.Status == wanted) && (code == null || run.VerdictCode == code));
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

        return TypedResults.Ok(order.Page(found, pageSize, run => RunResponse.ForList(run, time.GetUtcNow())));
    }

    /// <summary>Show a run.</summary>
    /// <param name="id">The run's id.</param>
    private static async Task<Ok<RunResponse>> Get(
        long id, TrainingDbContext database, ProvisionalVerdicts verdicts, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = await database.FindRun(id, cancellationToken);
        run.Verdict ??= await verdicts.Get(run, cancellationToken); // for the response only; the run is not tracked
        return TypedResults.Ok(RunResponse.From(run, time.GetUtcNow()));
    }

    /// <summary>Delete a run that has ended, with its history and its model.</summary>
    /// <remarks>
    /// Runs that continued it keep their complete history; their parentId becomes null. The Idempotency-Key of the deleted run can be used
    /// again.
    /// </remarks>
    /// <param name="id">The run's id.</param>
    private static async Task<NoContent> Delete(long id, RunStore store, TrainingDbContext database, CancellationToken cancellationToken)
    {
        var run = await database.FindRun(id, cancellationToken);
        if (run.FinishedAt is null)
        {
            throw RunRefusals.NotFinished(run, $"Cancel it first, with POST /api/v1/runs/{id}/cancel.");
        }

        await store.Delete(id);
        return TypedResults.NoContent();
    }

    /// <exception cref="RefusedException"><c>runNotFound</c>.</exception>
    public static async Task<Run> FindRun(this TrainingDbContext database, long id, CancellationToken cancellationToken) =>
        await database.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellationToken)
            ?? throw new RefusedException("runNotFound", "id", $"There is no run {id}. GET /api/v1/runs lists all runs.");
}
