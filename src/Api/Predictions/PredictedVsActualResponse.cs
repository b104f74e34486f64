using Velodrome.Api.Runs;
using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;
using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Predicted against actual.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Target">What is predicted; actual and predicted are in its unit.</param>
/// <param name="Feature">The one numeric feature, whose values the points have as x; null where there are others.</param>
/// <param name="Train">Rows that it learnt from.</param>
/// <param name="Validation">Rows that it never trained on.</param>
/// <param name="Test">Rows that were looked at once.</param>
public sealed record PredictedVsActualResponse(
    long RunId, string Target, string? Feature, IReadOnlyList<PredictedVsActualPoint> Train, IReadOnlyList<PredictedVsActualPoint> Validation, IReadOnlyList<PredictedVsActualPoint> Test)
{
    /// <exception cref="RefusedException"><c>notApplicable</c>: the run learnt classes.</exception>
    internal static PredictedVsActualResponse Of(Run run, TrainedModel model, RunTableReader tables, int maxPoints)
    {
        if (model.Encoder.Target is ClassTarget)
        {
            throw new RefusedException("notApplicable", "id", $"Run {run.Id} predicts classes; its evaluation has their confusion matrix.");
        }

        var plan = RunPlan.Restore(run.Spec, tables.Read(new(run.DatasetId, run.ValidationDatasetId, run.TestDatasetId)));
        var truth = ((NumberColumn)plan.Table.Find(run.Spec.Target)!).Values;
        var x = model.Encoder.Features is [NumberEncoding { Kind: ColumnKind.Number } only] ? (NumberColumn)plan.Table.Find(only.Name)! : null;
        return new(run.Id, run.Spec.Target, x?.Name, Points(plan.Split.Train), Points(plan.Split.Validation), Points(plan.Split.Test));

        PredictedVsActualPoint[] Points(int[] part)
        {
            var rows = Spread(part, maxPoints);
            var predicted = rows.Length == 0 ? [] : model.Values(plan.Table, rows);
            return [.. rows.Select((row, at) => new PredictedVsActualPoint(row, truth[row], predicted[at], x is null || x.IsMissing(row) ? null : x.Values[row]))];
        }
    }

    private static int[] Spread(int[] rows, int most) =>
        rows.Length <= most ? rows : [.. Enumerable.Range(0, most).Select(at => rows[(int)((long)at * rows.Length / most)])];
}

/// <summary>One row.</summary>
/// <param name="Row">Its number; the table's first row is 0.</param>
/// <param name="Actual">What stands in the table.</param>
/// <param name="Predicted">What the model says.</param>
/// <param name="X">Value of the one numeric feature; null where it is missing, or where there are others.</param>
public sealed record PredictedVsActualPoint(int Row, double Actual, double Predicted, double? X);
