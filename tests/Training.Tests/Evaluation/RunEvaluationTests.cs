using Velodrome.Training.Evaluation;
using Velodrome.Training.Losses;
using Velodrome.Training.Models;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Evaluation;

public class RunEvaluationTests
{
    /// <summary>Evaluates a linear model that predicts score = 40 + 7 × hours.</summary>
    private static (RegressionMetrics Train, RegressionMetrics Validation) Evaluate(LossKind loss)
    {
        var request = Sample.Lesson(0) with { Network = new() { Hidden = [] }, Training = new() { Loss = loss } };
        var plan = RunPlan.Resolve(request, new(Sample.StudyHours));
        // The encoder standardises hours 1 to 6 (mean 3.5) and their scores (mean 398/6).
        double[] scores = [45, 55, 62, 71, 80, 85];
        var (hoursDeviation, scoreDeviation) = (Math.Sqrt(35.0 / 12), Math.Sqrt(scores.Average(y => (y - 398.0 / 6) * (y - 398.0 / 6))));
        float[] weights = [(float)(7 * hoursDeviation / scoreDeviation), (float)((40 + 7 * 3.5 - 398.0 / 6) / scoreDeviation)];
        var model = new TrainedModel(plan.Encoder, plan.Spec.Network, weights, interval: null);
        return (Measure(plan.Split.Train), Measure(plan.Split.Validation));

        RegressionMetrics Measure(int[] rows) =>
            (RegressionMetrics)RunEvaluation.Measure(plan, rows, model.Outputs(plan.Table, rows));
    }

    [Fact]
    public void Every_part_is_measured_on_its_own_rows_in_the_targets_own_unit()
    {
        var evaluation = Evaluate(LossKind.Mse);

        // Errors for hours 1 to 6: 2, -1, -1, -3, -5, -3; for hours 7 and 8: -2, -1.
        Assert.Equal(49.0 / 6, evaluation.Train.Loss, 1e-4);
        Assert.Equal(Math.Sqrt(49.0 / 6), evaluation.Train.Rmse, 1e-4);
        Assert.Equal(15.0 / 6, evaluation.Train.Mae, 1e-4);
        Assert.Equal(2.5, evaluation.Validation.Loss, 1e-4);
        Assert.Equal(1.5, evaluation.Validation.Mae, 1e-4);
        Assert.Equal(1 - 2.5 / 9, evaluation.Validation.R2!.Value, 1e-4);       // scores 91 and 97 have the variance 9
    }

    [Theory]
    [InlineData(LossKind.Mae, 1.5)]
    [InlineData(LossKind.Quantile, 0.75)]   // half of the absolute error
    [InlineData(LossKind.Huber, 1.25)]      // errors within one standard deviation: half of the squares
    public void The_loss_is_that_of_the_run(LossKind loss, double expected)
    {
        var evaluation = Evaluate(loss);

        Assert.Equal(expected, evaluation.Validation.Loss, 1e-4);
        Assert.Equal(Math.Sqrt(2.5), evaluation.Validation.Rmse, 1e-4);
        Assert.Equal(loss == LossKind.Quantile ? 0 : null, evaluation.Validation.ShareBelow);   // both predictions are too low
        Assert.Equal(loss == LossKind.Quantile ? 1.0 / 6 : null, evaluation.Train.ShareBelow);
    }

    [Fact]
    public void Class_weights_affect_only_the_loss_and_not_the_other_metrics()
    {
        var table = new Table([
            new NumberColumn("size", [1, 2, 3, 4, 5, 6, 7, 8]),
            CategoryColumn.FromTexts("sort", ["a", "a", "a", "b", "a", "b", "b", "c"])]);
        var plan = RunPlan.Resolve(new RunRequest
        {
            Dataset = "sorts",
            Target = "sort",
            Validation = new() { Split = SplitKind.Rows, Rows = [4, 5, 6, 7] },
            Training = new() { ClassWeights = new Dictionary<string, double> { ["b"] = 4 } },
        }, new(table));

        // The training rows are a, a, a, b: the mean of the weights 1 and 4 is 7/4. Scores ln 3 and 0 are probabilities 3/4 and 1/4.
        var ln3 = MathF.Log(3);
        float[] scores = [ln3, 0, ln3, 0, 0, ln3, 0, ln3];
        var metrics = (ClassificationMetrics)RunEvaluation.Measure(plan, plan.Split.Validation, scores);

        Assert.Equal(["a", "b"], metrics.Classes.Select(one => one.Label));
        Assert.Equal(1, metrics.UnseenRows);
        Assert.Equal([[1, 0], [1, 1]], metrics.Confusion);
        Assert.Equal(0.5, metrics.Accuracy);

        // Rows a (3/4), b (1/4), b (3/4), and one of an unseen class, which has weight 1 and costs -ln 1e-7.
        var (log3Quarters, logQuarter, unseen) = (-Math.Log(0.75), -Math.Log(0.25), -Math.Log(1e-7));
        Assert.Equal((log3Quarters + logQuarter + log3Quarters + unseen) / 4, metrics.LogLoss, 1e-6);
        Assert.Equal((4 / 7.0 * log3Quarters + 16 / 7.0 * logQuarter + 16 / 7.0 * log3Quarters + unseen) / 4, metrics.Loss, 1e-6);
    }
}
