using Velodrome.Api.Predictions;
using Velodrome.Api.Runs;
using Velodrome.Data.Runs;
using Velodrome.Training.Comparison;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Comparison;

/// <summary>Measures runs on their validation rows and says which differences are more than chance.</summary>
internal sealed class LossComparison(RunTableReader tables, ModelCache models)
{
    /// <param name="runs">Runs with weights that were judged on the same rows.</param>
    /// <param name="cancellationToken">Checked for each run.</param>
    public async Task<IReadOnlyList<RunDifference>> Compare(IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        var loss = ComparableLosses.SharedBy([.. runs.Select(run => run.Spec)]);
        var losses = new List<double[]>();
        foreach (var run in runs)
        {
            var plan = RunPlan.Restore(run.Spec, tables.Read(new(run.DatasetId, run.ValidationDatasetId, run.TestDatasetId)));
            losses.Add(ComparableLosses.PerRow(plan, (await models.Get(run, cancellationToken))!, loss));
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
