using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Runs;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Comparison;

/// <summary>Compares runs.</summary>
internal static class ComparisonEndpoints
{
    public const int MaxRuns = 10;

    public static IServiceCollection AddComparison(this IServiceCollection services) =>
        services.AddSingleton<SpecDifferences>().AddSingleton<LossComparison>();

    public static void MapComparison(this IEndpointRouteBuilder routes) => routes.MapGet("/runs/compare", Compare)
        .WithTags("Runs").WithName("compareRuns").WithParameterExample("ids", "1,2")
        .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "missingField", "wrongType", "tooFewRuns", "tooManyRuns",
            "duplicateRun", "outOfRange", "datasetNotFound", "datasetDamaged", "modelDamaged");

    /// <summary>Compare 2 to 10 runs.</summary>
    /// <remarks>
    /// Returns aligned curves, the settings that differ, and the difference in loss on the same validation rows with a 95% interval from
    /// a paired bootstrap. If the runs were judged on different rows, their losses cannot be compared, and reason says so.
    /// </remarks>
    /// <param name="ids">Ids of the runs, separated by commas. The other runs are compared with the first.</param>
    /// <param name="maxPoints">The approximate number of epochs to return for all curves together, 10 to 10,000. Default 1,000.</param>
    private static async Task<Ok<ComparisonResponse>> Compare(
        string ids, TrainingDbContext database, SpecDifferences specs, LossComparison losses, CancellationToken cancellationToken,
        [Range(10, 10_000)] int maxPoints = 1_000)
    {
        var runs = await Find(ParseIds(ids), database, cancellationToken);
        var reason = WhyNotComparable(runs);
        return TypedResults.Ok(new ComparisonResponse(
            reason is null, reason,
            [.. runs.Select(run => new ComparedRun(
                run.Id, run.Name, run.Status, LossResponse.Of(run.Spec), run.BestEpoch, run.BestValidationLoss, run.Verdict?.Code,
                run.Split.Fingerprint))],
            specs.Between(runs),
            reason is null ? await losses.Compare(runs, database, cancellationToken) : [],
            database.ReadAlignedCurves(runs, maxPoints)));
    }

    private static long[] ParseIds(string text) => RunIds.Parse(text, MaxRuns) switch
    {
        { Length: < 2 } => throw new RefusedException("tooFewRuns", "ids",
            $"A comparison needs at least two runs. Send 2 to {MaxRuns} ids: ids=1,2."),
        var ids when ids.Distinct().Count() < ids.Length =>
            throw new RefusedException("duplicateRun", "ids", "ids names a run twice. Name each run once."),
        var ids => ids,
    };

    private static async Task<List<Run>> Find(long[] ids, TrainingDbContext database, CancellationToken cancellationToken)
    {
        var found = await database.Runs.AsNoTracking()
            .Where(run => ids.Contains(run.Id))
            .ToDictionaryAsync(run => run.Id, cancellationToken);
        return [.. ids.Select(id => found.GetValueOrDefault(id)
            ?? throw new RefusedException("runNotFound", "ids", $"There is no run {id}. GET /api/v1/runs lists all runs."))];
    }

    private static string? WhyNotComparable(List<Run> runs)
    {
        var first = runs[0];
        if (runs.Find(run => run.Spec.Target != first.Spec.Target || run.Spec.Task != first.Spec.Task) is { } otherTarget)
        {
            return $"Run {otherTarget.Id} predicts {Target(otherTarget)} and run {first.Id} predicts {Target(first)}, so their losses " +
                "measure different things.";
        }

        if (runs.Find(run => QuantileOf(run) != QuantileOf(first)) is { } otherQuantile)
        {
            return $"Run {otherQuantile.Id} predicts {Quantity(otherQuantile)} and run {first.Id} predicts {Quantity(first)}, so neither " +
                "is the better one: they answer different questions.";
        }

        if (runs.Find(run => run.Split.Fingerprint != first.Split.Fingerprint) is { } otherRows)
        {
            return $"Runs {first.Id} and {otherRows.Id} were trained or judged on different rows (fingerprints {first.Split.Fingerprint} " +
                $"and {otherRows.Split.Fingerprint}), so a lower loss may only mean easier rows. Use the same dataset, validation " +
                "and test in both.";
        }

        return runs.Find(run => run.WeightsSha256 is null) is { } weightless
            ? $"Run {weightless.Id} is {weightless.Status.ToString().ToLowerInvariant()} and has no weights to measure" +
                $"{(weightless.FinishedAt is null ? " yet" : "")}."
            : null;
    }

    /// <summary>Means and medians both estimate the middle, so they can be compared.</summary>
    private static double QuantileOf(Run run) => run.Spec.Training.Quantile ?? 0.5;

    private static string Quantity(Run run) =>
        run.Spec.Training.Quantile is { } quantile ? $"the {quantile} quantile of '{run.Spec.Target}'" : $"'{run.Spec.Target}' itself";

    private static string Target(Run run) => $"'{run.Spec.Target}' ({run.Spec.Task.ToString().ToLowerInvariant()})";
}
