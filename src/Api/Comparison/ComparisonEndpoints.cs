using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Runs;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Comparison;

/// <summary>Runs side by side.</summary>
internal static class ComparisonEndpoints
{
    public const int MaxRuns = 10;

    public static IServiceCollection AddComparison(this IServiceCollection services) =>
        services.AddSingleton<SpecDifferences>().AddSingleton<LossComparison>();

    public static void MapComparison(this IEndpointRouteBuilder routes) => routes.MapGet("/runs/compare", Compare)
        .WithTags("Runs").WithName("compareRuns").WithParameterExample("ids", "1,2")
        .Refuses("runNotFound", "missingField", "wrongType", "tooFewRuns", "tooManyRuns", "duplicateRun", "outOfRange");

    /// <summary>Compare 2 to 10 runs.</summary>
    /// <remarks>
    /// Aligned curves, only the settings that differ, and the difference in loss on the same validation rows with a 95% interval
    /// from a paired bootstrap. Runs that were judged on different rows can't be compared, and the answer says so.
    /// </remarks>
    /// <param name="ids">Numbers of the runs, separated by commas; the first is what the others are compared with.</param>
    /// <param name="maxPoints">At most about so many epochs of the curves, 10 to 10,000. Default 1,000.</param>
    private static async Task<Ok<ComparisonResponse>> Compare(
        string ids, TrainingDbContext database, SpecDifferences specs, LossComparison losses, CancellationToken cancellationToken, [Range(10, 10_000)] int maxPoints = 1_000)
    {
        var runs = await Find(Parse(ids), database, cancellationToken);
        var histories = new List<(long, int?, IReadOnlyList<EpochResponse>)>();
        foreach (var run in runs)
        {
            histories.Add((run.Id, run.BestEpoch, await database.HistoryOf(run.Id).ToListAsync(cancellationToken)));
        }

        var reason = WhyNotComparable(runs);
        return TypedResults.Ok(new ComparisonResponse(
            reason is null, reason,
            [.. runs.Select(run => new ComparedRun(
                run.Id, run.Name, run.Status, LossResponse.Of(run.Spec), run.BestEpoch, run.BestValidationLoss, run.Verdict?.Code, run.Split.Fingerprint))],
            specs.Between(runs),
            reason is null ? await losses.Compare(runs, cancellationToken) : [],
            AlignedCurves.Align(histories, maxPoints)));
    }

    private static long[] Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var ids = Array.ConvertAll(parts, part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : throw new RefusedException("wrongType", "ids", $"'{part}' is no run's number. Send the numbers separated by commas: ids=1,2."));
        return ids switch
        {
            { Length: < 2 } => throw new RefusedException("tooFewRuns", "ids", $"{(ids.Length == 0 ? "No run" : "One run")} has nothing to be compared with. Send 2 to {MaxRuns} numbers: ids=1,2."),
            { Length: > MaxRuns } => throw new RefusedException("tooManyRuns", "ids", $"{ids.Length} runs are too many to compare at once. Send 2 to {MaxRuns} numbers."),
            _ when ids.Distinct().Count() < ids.Length => throw new RefusedException("duplicateRun", "ids", "A run stands twice in ids; compared with itself it differs in nothing. Name each once."),
            _ => ids,
        };
    }

    private static async Task<List<Run>> Find(long[] ids, TrainingDbContext database, CancellationToken cancellationToken)
    {
        var found = await database.Runs.AsNoTracking().Where(run => ids.Contains(run.Id)).ToDictionaryAsync(run => run.Id, cancellationToken);
        return [.. ids.Select(id => found.GetValueOrDefault(id) ?? throw new RefusedException("runNotFound", "ids", $"There is no run {id}. GET /api/v1/runs lists them all."))];
    }

    private static string? WhyNotComparable(List<Run> runs)
    {
        var first = runs[0];
        var unlike = runs.Find(run => run.Spec.Target != first.Spec.Target || run.Spec.Task != first.Spec.Task);
        var elsewhere = runs.Find(run => run.Split.Fingerprint != first.Split.Fingerprint);
        var without = runs.Find(run => run.WeightsSha256 is null);
        return (unlike, elsewhere, without) switch
        {
            ({ } run, _, _) => $"Run {run.Id} learns '{run.Spec.Target}' ({run.Spec.Task.ToString().ToLowerInvariant()}) and run {first.Id} '{first.Spec.Target}' ({first.Spec.Task.ToString().ToLowerInvariant()}): their losses are of different things.",
            (_, { } run, _) => $"Runs {first.Id} and {run.Id} were trained or judged on different rows (fingerprints {first.Split.Fingerprint} and {run.Split.Fingerprint}): a lower loss may only mean easier rows. Use the same dataset, validation and test in both.",
            (_, _, { } run) => $"Run {run.Id} is {run.Status.ToString().ToLowerInvariant()} and has no weights to measure{(run.FinishedAt is null ? " yet" : "")}.",
            _ => null,
        };
    }
}
