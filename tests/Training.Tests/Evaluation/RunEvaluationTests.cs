using Velodrome.Training.Evaluation;
using Velodrome.Training.Losses;
using Velodrome.Training.Models;
using Velodrome.Training.Runs;

namespace Velodrome.Training.Tests.Evaluation;

public class RunEvaluationTests
{
    /// <summary>A linear model whose weights are set by hand so that it predicts score = 40 + 7 x hours.</summary>
    private static RunEvaluation Evaluate(LossKind loss)
    {
        var plan = RunPlan.Of(Sample.Lesson(0) with { Network = new() { Hidden = [] }, Training = new() { Loss = loss } }, Sample.StudyHours);
        // The standardised units that the encoder learns from hours 1 to 6 (mean 3.5) and their scores (mean 398/6).
        var (hours, score) = (Math.Sqrt(35.0 / 12), Math.Sqrt(new double[] { 45, 55, 62, 71, 80, 85 }.Average(y => (y - 398.0 / 6) * (y - 398.0 / 6))));
        float[] weights = [(float)(7 * hours / score), (float)((40 + 7 * 3.5 - 398.0 / 6) / score)];
        return RunEvaluation.Of(plan, new TrainedModel(plan.Encoder, plan.Spec.Network, weights));
    }

    [Fact]
    public void Every_part_is_judged_on_its_own_rows_in_the_targets_own_units()
    {
        var evaluation = Evaluate(LossKind.Mse);

        // Errors on hours 1..6: 2, -1, -1, -3, -5, -3; on 7 and 8: -2, -1.
        Assert.Equal(49.0 / 6, evaluation.Train.Loss, 1e-4);
        Assert.Equal(Math.Sqrt(49.0 / 6), evaluation.Train.Rmse, 1e-4);
        Assert.Equal(15.0 / 6, evaluation.Train.Mae, 1e-4);
        Assert.Equal(2.5, evaluation.Validation.Loss, 1e-4);
        Assert.Equal(1.5, evaluation.Validation.Mae, 1e-4);
        Assert.Equal(1 - 2.5 / 9, evaluation.Validation.R2!.Value, 1e-4);       // scores 91 and 97 have the variance 9
    }

    [Theory]
    [InlineData(LossKind.Mae, 1.5)]
    [InlineData(LossKind.Huber, 1.25)]      // errors within one deviation: half of the squares
    public void The_loss_is_the_runs(LossKind loss, double expected)
    {
        var evaluation = Evaluate(loss);

        Assert.Equal(expected, evaluation.Validation.Loss, 1e-4);
        Assert.Equal(Math.Sqrt(2.5), evaluation.Validation.Rmse, 1e-4);
    }
}
