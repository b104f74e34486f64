using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Checks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;

namespace Velodrome.Api.Runs;

/// <summary>Checks a request against the data that it names, and makes the run of it that will be stored.</summary>
internal sealed class RunSubmission(IDbContextFactory<TrainingDbContext> contexts, RunTableReader tables, TimeProvider time)
{
    /// <exception cref="RefusedException">Something in the request can't be trained.</exception>
    public async Task<Run> Check(RunRequest request, CancellationToken cancellationToken)
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
            Split = Summarise(plan, new[] { dataset, validation, test }.OfType<Dataset>().Select(known => known.Sha256)),
            Warnings = RunChecks.Find(plan),
            BaselineLoss = plan.TrivialBaselineLoss(),
            CreatedAt = now,
            EnqueuedAt = now,
        };

        async Task<Dataset?> FindFor(SplitOptions? split, string part) =>
            split?.Dataset is { } name ? await Find(database, name, $"{part}.dataset", cancellationToken) : null;
    }

    private static RunSplit Summarise(RunPlan plan, IEnumerable<string> sha256)
    {
        var (train, validation, test) = (plan.Split.Train, plan.Split.Validation, plan.Split.Test);
        return new(train.Length, validation.Length, test.Length, plan.Split.Fingerprint(sha256), plan.Spec.Task == LearningTask.Regression ? null : Classes());

        Dictionary<string, ClassRows> Classes()
        {
            var (inTrain, inValidation, inTest) = (Count(train), Count(validation), Count(test));
            return inTrain.Keys.Union(inValidation.Keys).Union(inTest.Keys).Order(StringComparer.Ordinal).ToDictionary(label => label,
                label => new ClassRows(inTrain.GetValueOrDefault(label), inValidation.GetValueOrDefault(label), inTest.GetValueOrDefault(label)));

            Dictionary<string, int> Count(int[] rows) => rows.CountBy(plan.TargetColumn.TextAt).ToDictionary();
        }
    }

    private static async Task<Dataset> Find(TrainingDbContext database, string name, string field, CancellationToken cancellationToken)
    {
        if (await database.Datasets.AsNoTracking().SingleOrDefaultAsync(dataset => dataset.Name == name, cancellationToken) is { } dataset)
        {
            return dataset;
        }

        var names = await database.Datasets.OrderBy(known => known.Name).Select(known => known.Name).Take(1000).ToListAsync(cancellationToken);
        throw new RefusedException("unknownDataset", field,
            $"There is no dataset '{name}'.{NearestName.Suggestion(name, names)} Upload one with POST /api/v1/datasets; there are {string.Join(", ", names.Take(20))}.");
    }
}
