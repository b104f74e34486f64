using Velodrome.Api.Predictions;
using Velodrome.Api.Runs;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training.Comparison;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Comparison;

/// <summary>Measures runs on their validation rows and reports which differences exceed chance.</summary>
internal sealed class LossComparison(RunTableReader tables, ModelCache models)
{
    /// <param name="runs">Runs with weights that were judged on the same rows.</param>
    /// <param name="database">Contains their datasets.</param>
    /// <param name="cancellationToken">Checked for each run.</param>
    public async Task<IReadOnlyList<RunDifference>> Compare(
        IReadOnlyList<Run> runs, TrainingDbContext database, CancellationToken cancellationToken)
    {
        var loss = ComparableLosses.SharedBy([.. runs.Select(run => run.Spec)]);
        var losses = new List<double[]>();
        foreach (var run in runs)
        {
            using var read = await tables.LeaseForRequest(run, database, cancellationToken);
            var model = await models.Get(run, cancellationToken);
            losses.Add(await read.Work(
                loaded => ComparableLosses.PerRow(RunPlan.Restore(run.Spec, loaded, cancellationToken), model, loss), cancellationToken));
        }

        return [.. runs.Skip(1).Select((run, index) =>
        {
            var difference = PairedBootstrap.Compare(losses[index + 1], losses[0], seed: 0);
            return new RunDifference(
                run.Id, runs[0].Id, loss, difference.Mean, difference.Low, difference.High, difference.Rows,
                Describe(run.Id, runs[0].Id, difference));
        })];
    }

    private static string Describe(long run, long first, LossDifference difference) => difference switch
    {
        { Low: null } => $"There are too few validation rows ({difference.Rows}) to say whether run {run} or run {first} is better.",
        { High: < 0 } => $"Run {run} is better than run {first} on these rows, by more than chance explains.",
        { Low: > 0 } => $"Run {run} is worse than run {first} on these rows, by more than chance explains.",
        _ => $"On these rows, the difference between run {run} and run {first} may be chance: the interval contains 0.",
    };
}
