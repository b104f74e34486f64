using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Velodrome.Api.Datasets;
using Velodrome.Api.Http;
using Velodrome.Api.Memory;
using Velodrome.Api.Quotas;
using Velodrome.Api.Settings;
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
    QuotaChecks quotas,
    IDbContextFactory<TrainingDbContext> contexts,
    TimeProvider time,
    IOptions<JsonOptions> json,
    IOptions<VelodromeSettings> settings)
{
    /// <summary>Starts a run, or finds the run that the same request with the same Idempotency-Key has started before.</summary>
    /// <exception cref="RefusedException">The request can't be trained, its caller has used up a quota, or its key was used for a
    /// different request.</exception>
    public async Task<Run> Submit(RunRequest request, string? idempotencyKey, string? owner, CancellationToken cancellationToken)
    {
        var key = idempotencyKey is null ? null : KeyOf(request, idempotencyKey);
        if (key is not null && await store.FindSubmitted(key, cancellationToken) is { } earlier)
        {
            return earlier;
        }

        await quotas.CheckRun(owner, cancellationToken);
        var (run, isNew) = await store.Submit(await Check(request, owner, cancellationToken), key);
        if (isNew)
        {
            dispatcher.Enqueue(QueuedRun.Of(run));
        }

        return run;
    }

    /// <summary>Starts a run that continues another one, which has ended.</summary>
    /// <param name="parent">A run that has ended and has not failed.</param>
    /// <param name="epochs">Upper bound on the new run's epochs, including the parent's.</param>
    /// <param name="name">The new run's name.</param>
    /// <param name="owner">The name of the API key that asks for it; null for none.</param>
    /// <param name="cancellationToken">Ends the call before anything is stored.</param>
    public async Task<Run> Continue(Run parent, int epochs, string name, string? owner, CancellationToken cancellationToken)
    {
        await quotas.CheckRun(owner, cancellationToken);
        var run = await store.Continue(parent, epochs, name, owner);
        dispatcher.Enqueue(QueuedRun.Of(run));
        return run;
    }

    private async Task<Run> Check(RunRequest request, string? owner, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await Find(database, request.Dataset, request.DatasetVersion, "dataset", cancellationToken);
        var validation = await FindFor(request.Validation, "validation");
        var test = await FindFor(request.Test, "test");
        var features = ResolvedColumns.Check(request, ProfileOf(dataset)!, ProfileOf(validation), ProfileOf(test)).Features;
        var columns = ColumnSet.OfRun(features, request.Target, request.WeightColumn, request.Validation, request.Test);
        var datasets = new[] { dataset, validation, test }.OfType<Dataset>().ToList();
        var needs = PlanMemory.Of(datasets, columns, request.Target, request.Validation, request.Test);
        if (needs.TableBytes > settings.Value.MaxRunBytes)
        {
            throw MemoryRefusals.TableTooLarge(needs.TableBytes, settings.Value.MaxRunBytes);
        }

        request = request with
        {
            DatasetVersion = dataset.Version,
            Validation = WithVersion(request.Validation, validation),
            Test = WithVersion(request.Test, test),
        };
        using var read = await Read(new(dataset.Id, validation?.Id, test?.Id), columns, needs, cancellationToken);
        return await read.Work(Plan, cancellationToken);

        Run Plan(RunTables tables)
        {
            var plan = RunPlan.Resolve(request, tables, settings.Value.MaxRunBytes, cancellationToken);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            return new Run
            {
                Name = request.Name ?? Run.TruncateName($"{dataset.Name}: {request.Target}"),
                Owner = owner,
                DatasetId = dataset.Id,
                ValidationDatasetId = validation?.Id,
                TestDatasetId = test?.Id,
                Spec = plan.Spec,
                Split = RunSplit.Of(plan, datasets.Select(known => known.Sha256)),
                Warnings = RunChecks.Find(plan),
                BaselineLoss = plan.TrivialBaselineLoss(),
                CreatedAt = now,
                EnqueuedAt = now,
            };
        }

        async Task<Dataset?> FindFor(SplitOptions? split, string part) =>
            split?.Dataset is { } name
                ? await Find(database, name, split.DatasetVersion, $"{part}.dataset", cancellationToken) : null;
    }

    private static SplitOptions? WithVersion(SplitOptions? split, Dataset? dataset) =>
        dataset is null ? split : split! with { DatasetVersion = dataset.Version };

    /// <exception cref="RefusedException"><c>unknownDataset</c>: one was deleted after it was found.</exception>
    private async Task<RunTablesLease> Read(
        RunDatasets ids, ColumnSet columns, PlanMemory needs, CancellationToken cancellationToken)
    {
        try
        {
            return await tables.LeaseForRequest(ids, columns, needs, cancellationToken);
        }
        catch (RefusedException deleted) when (deleted.Faults[0].Code == "datasetNotFound")
        {
            throw new RefusedException("unknownDataset", "dataset", deleted.Message);
        }
    }

    private static TableProfile? ProfileOf(Dataset? dataset) =>
        dataset is null ? null : new(dataset.Columns, dataset.Rows, dataset.ReadingOrDefault);

    private static async Task<Dataset> Find(
        TrainingDbContext database, string name, int? version, string field, CancellationToken cancellationToken)
    {
        var versions = database.Datasets.AsNoTracking().Newest(name);
        if (await versions.FirstOrDefaultAsync(known => version == null || known.Version == version, cancellationToken) is { } dataset)
        {
            return dataset;
        }

        if (await versions.FirstOrDefaultAsync(cancellationToken) is { } newest)
        {
            throw new RefusedException("unknownVersion", $"{field}Version",
                $"Dataset '{name}' has no version {version}, or it was removed. The newest is {newest.Version}. " +
                $"GET /api/v1/datasets/{name}/versions lists all versions; leave {field}Version out to use the newest.");
        }

        var names = await database.Datasets.Select(known => known.Name).Distinct().Order().Take(1000).ToListAsync(cancellationToken);
        throw new RefusedException("unknownDataset", field,
            $"There is no dataset '{name}'.{NearestName.Suggestion(name, names)} Upload it with POST /api/v1/datasets, " +
            $"or use one of these: {string.Join(", ", names.Take(20))}.");
    }

    /// <summary>Requests are the same if they have the same settings and name the same ones: a default may depend on what is named.
    /// Earlier builds compared the settings only.</summary>
    private RequestKey KeyOf(RunRequest request, string key)
    {
        var settings = JsonSerializer.SerializeToUtf8Bytes(request, json.Value.SerializerOptions);
        var named = Encoding.ASCII.GetBytes($"\nnamed: {string.Join(", ", request.NamedSettings)}");
        return new(RequestKeys.Check(key), HashOf([.. settings, .. named]), EarlierSha256: HashOf(settings));
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
