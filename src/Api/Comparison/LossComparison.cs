using Velodrome.Api.Predictions;
using Velodrome.Api.Runs;
using Velodrome.Data.Runs;
using Velodrome.Training.Comparison;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Comparison;

/// <summary>Measures runs anew on their validation rows, and tells luck from difference.</summary>
internal sealed class LossComparison(RunTableReader tables, ModelCache models)
{
    /// <param name="runs">All with weights, all judged on the same rows.</param>
    /// <param name="cancellationToken">Ends when the caller goes away.</param>
    public async Task<IReadOnlyList<RunDifference>> Compare(IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        var loss = ComparableLosses.SharedBy([.. runs.Select(run => run.Spec)]);
        var losses = new List<double[]>();
        foreach (var run in runs)
        {
            var plan = RunPlan.Restore(run.Spec, tables.Read(new(run.DatasetId, run.ValidationDatasetId, run.TestDatasetId)));
            losses.Add(ComparableLosses.PerRow(plan, (await models.Get(run, cancellationToken))!, loss));
        }

        return [.. runs.Skip(1).Select((run, at) =>
        {
            var difference = PairedBootstrap.Compare(losses[at + 1], losses[0], seed: 0);
            return new RunDifference(run.Id, runs[0].Id, loss, difference.Mean, difference.Low, difference.High, difference.Rows, Describe(run.Id, runs[0].Id, difference));
        })];
    }

    private static string Describe(long run, long other, LossDifference difference) => difference switch
    {
        { Low: null } => $"{difference.Rows} validation rows are too few to tell whether run {run} or run {other} is better.",
        { High: < 0 } => $"Run {run} is better than run {other} on these rows, by more than chance would make it.",
        { Low: > 0 } => $"Run {run} is worse than run {other} on these rows, by more than chance would make it.",
        _ => $"These rows can't tell run {run} from run {other}: the interval holds 0.",
    };
}
