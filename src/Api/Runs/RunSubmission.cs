using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Velodrome.Api.Worker;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Checks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;

namespace Velodrome.Api.Runs;

/// <summary>Accepts a run in three steps: checks the request against its datasets, stores the run, and enqueues it.</summary>
internal sealed class RunSubmission(
    RunStore store,
    RunDispatcher dispatcher,
    RunTableReader tables,
    IDbContextFactory<TrainingDbContext> contexts,
    TimeProvider time,
    IOptions<JsonOptions> json)
{
    /// <summary>Starts a run, or finds the run that the same request with the same Idempotency-Key has started before.</summary>
    /// <exception cref="RefusedException">The request can't be trained, or its key was used for a different request.</exception>
    public async Task<Run> Submit(RunRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var key = idempotencyKey is null ? null : KeyOf(request, idempotencyKey);
        if (key is not null && await store.FindSubmitted(key, cancellationToken) is { } earlier)
        {
            return earlier;
        }

        var (run, isNew) = await store.Submit(await Check(request, cancellationToken), key);
        if (isNew)
        {
            dispatcher.Enqueue(QueuedRun.Of(run));
        }

        return run;
    }

    /// <summary>Starts a run that continues an ended one.</summary>
    /// <param name="parent">A run that has ended and has not failed.</param>
    /// <param name="epochs">Upper bound on the new run's epochs, including the parent's.</param>
    /// <param name="name">The new run's name.</param>
    public async Task<Run> Continue(Run parent, int epochs, string name)
    {
        var run = await store.Continue(parent, epochs, name);
        dispatcher.Enqueue(QueuedRun.Of(run));
        return run;
    }

    private async Task<Run> Check(RunRequest request, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await Find(database, request.Dataset, "dataset", cancellationToken);
        var validation = await FindFor(request.Validation, "validation");
        var test = await FindFor(request.Test, "test");
        var plan = RunPlan.Resolve(request, tables.Read(new(dataset.Id, validation?.Id, test?.Id)));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new Run
        {
            Name = request.Name ?? Run.TruncateName($"{dataset.Name}: {request.Target}"),
            DatasetId = dataset.Id,
            ValidationDatasetId = validation?.Id,
            TestDatasetId = test?.Id,
            Spec = plan.Spec,
            Split = RunSplit.Of(plan, new[] { dataset, validation, test }.OfType<Dataset>().Select(known => known.Sha256)),
            Warnings = RunChecks.Find(plan),
            BaselineLoss = plan.TrivialBaselineLoss(),
            CreatedAt = now,
            EnqueuedAt = now,
        };

        async Task<Dataset?> FindFor(SplitOptions? split, string part) =>
            split?.Dataset is { } name ? await Find(database, name, $"{part}.dataset", cancellationToken) : null;
    }

    private static async Task<Dataset> Find(TrainingDbContext database, string name, string field, CancellationToken cancellationToken)
    {
        var dataset = await database.Datasets.AsNoTracking().SingleOrDefaultAsync(dataset => dataset.Name == name, cancellationToken);
        if (dataset is not null)
        {
            return dataset;
        }

        var names = await database.Datasets.Select(known => known.Name).Order().Take(1000).ToListAsync(cancellationToken);
        throw new RefusedException("unknownDataset", field,
            $"There is no dataset '{name}'.{NearestName.Suggestion(name, names)} Upload it with POST /api/v1/datasets, " +
            $"or use one of these: {string.Join(", ", names.Take(20))}.");
    }

    private RequestKey KeyOf(RunRequest request, string key) => key.Length is 0 or > IdempotencyKey.MaxLength
        ? throw new RefusedException("wrongLength", IdempotencyKey.Header,
            $"An {IdempotencyKey.Header} has 1 to {IdempotencyKey.MaxLength} characters; this one has {key.Length}.")
        : new(key, Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, json.Value.SerializerOptions))));
}
