using System.ComponentModel.DataAnnotations;
using Hangfire;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Datasets;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Queue;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Runs;

/// <summary>Training runs: start, watch, read what came of them.</summary>
internal static class RunEndpoints
{
    public static IServiceCollection AddRuns(this IServiceCollection services) => services.AddSingleton<RunJournal>();

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/runs").WithTags("Runs");
        runs.MapPost("/", Create).WithName("createRun").WithBodyExample("application/json", RunExamples.Lesson).Refuses(RunExamples.RequestCodes);
        runs.MapGet("/", List).WithName("listRuns").Refuses("unknownPageToken", "outOfRange", "wrongType");
        runs.MapGet("/{id:long}", Get).WithName("getRun").WithParameterExample("id", 1).Refuses("runNotFound");
        runs.MapGet("/{id:long}/history", History).WithName("getRunHistory").WithParameterExample("id", 1)
            .Produces<HistoryResponse>(200, "application/json", "text/csv").Refuses("runNotFound", "outOfRange", "wrongType");
        runs.MapGet("/{id:long}/early-stopping", EarlyStopping).WithName("getRunEarlyStopping").WithParameterExample("id", 1).Refuses("runNotFound");
    }

    /// <summary>Starts a training run.</summary>
    /// <remarks>
    /// Checks the request against the dataset, fills in every default, and answers 202 with the run. A worker trains it; watch
    /// its history grow. Part of the rows must be set aside as validation: training blind is refused.
    /// </remarks>
    private static async Task<Accepted<RunResponse>> Create(
        RunRequest request, TrainingDbContext db, DatasetReader datasets, DatabaseWriter writer, IBackgroundJobClient jobs, TimeProvider time, CancellationToken ct)
    {
        var dataset = await FindDataset(request.Dataset, db, ct);
        var plan = RunPlan.Of(request, datasets.Read(dataset.Id));
        var run = new Run
        {
            Name = request.Name ?? $"{dataset.Name}: {request.Target}",
            DatasetId = dataset.Id,
            Spec = plan.Spec,
            Split = new(plan.Split.Train.Length, plan.Split.Validation.Length, plan.Split.Fingerprint(dataset.Sha256)),
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await writer.Write(writing => writing.Runs.Add(run));
        jobs.EnqueueRun(run.Id);
        return TypedResults.Accepted($"/api/v1/runs/{run.Id}", RunResponse.From(run, time.GetUtcNow()));
    }

    /// <summary>Lists runs, the newest first.</summary>
    /// <param name="db">Reads.</param>
    /// <param name="time">The clock.</param>
    /// <param name="status">Only runs of this status.</param>
    /// <param name="dataset">Only runs on this dataset.</param>
    /// <param name="orderBy">newest, oldest, or bestValidationLoss. Default newest.</param>
    /// <param name="pageSize">Runs a page, 1 to 200.</param>
    /// <param name="pageToken">The nextPageToken of the page before.</param>
    /// <param name="ct">Ends when the caller goes away.</param>
    private static async Task<Ok<RunListResponse>> List(
        TrainingDbContext db, TimeProvider time, RunStatus? status, string? dataset, RunOrder? orderBy, [Range(1, 200)] int pageSize = 50, string? pageToken = null, CancellationToken ct = default)
    {
        var query = db.Runs.Where(run => status == null || run.Status == status);
        if (dataset is not null)
        {
            query = query.Where(run => db.Datasets.Any(known => known.Id == run.DatasetId && known.Name == dataset));
        }

        var order = orderBy ?? RunOrder.Newest;
        var runs = await order.Page(query, pageToken).Take(pageSize + 1).ToListAsync(ct);
        return TypedResults.Ok(new RunListResponse(
            [.. runs.Take(pageSize).Select(run => RunResponse.From(run, time.GetUtcNow()))],
            runs.Count > pageSize ? order.TokenAfter(runs[pageSize - 1]) : null));
    }

    /// <summary>One run.</summary>
    private static async Task<Ok<RunResponse>> Get(long id, TrainingDbContext db, TimeProvider time, CancellationToken ct) =>
        TypedResults.Ok(RunResponse.From(await db.FindRun(id, ct), time.GetUtcNow()));

    /// <summary>The run's two loss curves, epoch after epoch.</summary>
    /// <remarks>JSON, or CSV where the Accept header asks for text/csv. Epoch 0 is the untrained network.</remarks>
    /// <param name="id">The run.</param>
    /// <param name="db">Reads.</param>
    /// <param name="http">Tells which form is accepted.</param>
    /// <param name="after">Only epochs after this one.</param>
    /// <param name="maxPoints">At most so many epochs, 3 to 100,000; of every stretch the one with the smallest validation loss stays.</param>
    /// <param name="ct">Ends when the caller goes away.</param>
    private static async Task<IResult> History(
        long id, TrainingDbContext db, HttpRequest http, [Range(0, int.MaxValue)] int? after, [Range(3, 100_000)] int? maxPoints, CancellationToken ct)
    {
        var run = await db.FindRun(id, ct);
        var epochs = await db.Epochs
            .Where(epoch => epoch.RunId == id && epoch.Number > (after ?? -1)).OrderBy(epoch => epoch.Number)
            .Select(epoch => new EpochResponse(epoch.Number, epoch.TrainLoss, epoch.ValidationLoss, epoch.LearningRate, epoch.Seconds))
            .ToListAsync(ct);
        var history = new HistoryResponse(id, LossResponse.Of(run.Spec), run.BestEpoch, epochs.Thin(maxPoints ?? int.MaxValue));
        return http.Prefers("text/csv") ? TypedResults.Text(history.ToCsv(), "text/csv; charset=utf-8") : TypedResults.Ok(history);
    }

    /// <summary>Whether and why the run stopped early, and which weights were kept.</summary>
    private static async Task<Ok<EarlyStoppingResponse>> EarlyStopping(long id, TrainingDbContext db, CancellationToken ct) =>
        TypedResults.Ok(EarlyStoppingResponse.From(await db.FindRun(id, ct)));

    /// <exception cref="RefusedException"><c>runNotFound</c>.</exception>
    public static async Task<Run> FindRun(this TrainingDbContext db, long id, CancellationToken ct) =>
        await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, ct)
            ?? throw new RefusedException("runNotFound", "id", $"There is no run {id}. GET /api/v1/runs lists all.");

    private static async Task<Dataset> FindDataset(string name, TrainingDbContext db, CancellationToken ct)
    {
        if (await db.Datasets.AsNoTracking().SingleOrDefaultAsync(dataset => dataset.Name == name, ct) is { } dataset)
        {
            return dataset;
        }

        var names = await db.Datasets.OrderBy(known => known.Name).Select(known => known.Name).Take(1000).ToListAsync(ct);
        throw new RefusedException("unknownDataset", "dataset",
            $"There is no dataset '{name}'.{NearestName.Suggestion(name, names)} Upload one with POST /api/v1/datasets; there are {string.Join(", ", names.Take(20))}.");
    }
}
