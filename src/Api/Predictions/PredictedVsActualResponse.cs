using Velodrome.Api.Runs;
using Velodrome.Data.Runs;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;
using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Predicted and actual values of a run's rows.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Target">The column that is predicted. Actual and predicted values are in its unit.</param>
/// <param name="Feature">The run's feature if it has a single, numeric one: the x of each point. Else null.</param>
/// <param name="Train">Training rows.</param>
/// <param name="Validation">Validation rows.</param>
/// <param name="Test">Test rows.</param>
public sealed record PredictedVsActualResponse(
    long RunId, string Target, string? Feature,
    IReadOnlyList<PredictedVsActualPoint> Train,
    IReadOnlyList<PredictedVsActualPoint> Validation,
    IReadOnlyList<PredictedVsActualPoint> Test)
{
    internal static PredictedVsActualResponse Compute(Run run, TrainedModel model, RunTables tables, int maxPoints)
    {
        var plan = RunPlan.Restore(run.Spec, tables);
        var actual = ((NumberColumn)plan.Table.Find(run.Spec.Target)!).Values;
        var x = model.Encoder.Features is [NumberEncoding { Kind: ColumnKind.Number } only]
            ? (NumberColumn)plan.Table.Find(only.Name)!
            : null;
        return new(run.Id, run.Spec.Target, x?.Name, Points(plan.Split.Train), Points(plan.Split.Validation), Points(plan.Split.Test));

        PredictedVsActualPoint[] Points(int[] rowsOfSplit)
        {
            int[] rows = [.. EvenSpacing.Indices(rowsOfSplit.Length, maxPoints).Select(index => rowsOfSplit[index])];
            var predicted = rows.Length == 0 ? [] : model.Values(plan.Table, rows);
            return [.. rows.Select((row, index) => new PredictedVsActualPoint(
                    row, actual[row], predicted[index], x is null || x.IsMissing(row) ? null : x.Values[row]))
                .Where(point => double.IsFinite(point.Predicted))]; // runs of earlier versions may have a row that is too far away
        }
    }
}

/// <summary>One row.</summary>
/// <param name="Row">Its number; the table's first row is 0.</param>
/// <param name="Actual">The value in the table.</param>
/// <param name="Predicted">The model's prediction.</param>
/// <param name="X">The value of the run's single numeric feature; null if it is missing or the run has other features.</param>
public sealed record PredictedVsActualPoint(int Row, double Actual, double Predicted, double? X);
