using Velodrome.Training.Evaluation;

namespace Velodrome.Training.Tests.Evaluation;

/// <summary>Expected numbers come from scikit-learn 1.2.1 (accuracy_score, balanced_accuracy_score, f1_score with average="macro" and
/// zero_division=0, precision_score, recall_score, confusion_matrix, roc_auc_score, log_loss) and, for the calibration error,
/// from the paper's equation in NumPy 1.24.2.</summary>
public class ClassificationMetricsTests
{
    private static readonly string[] Labels = ["a", "b", "c", "d"];

    /// <summary>Ten rows. Class c is predicted but never true, class d neither. The third row is a tie, the eighth a confident
    /// mistake.</summary>
    private static readonly float[] Probabilities =
    [
        .70f, .20f, .05f, .05f,
        .10f, .60f, .20f, .10f,
        .25f, .25f, .25f, .25f,
        .05f, .15f, .70f, .10f,
        .40f, .35f, .15f, .10f,
        .90f, .05f, .03f, .02f,
        .20f, .50f, .20f, .10f,
        .00f, 1.0f, .00f, .00f,
        .33f, .34f, .30f, .03f,
        .55f, .30f, .10f, .05f,
    ];

    [Fact]
    public void Metrics_agree_with_scikit_learn()
    {
        var metrics = ClassificationMetrics.Compute(Probabilities, [0, 1, 0, 1, 1, 0, 0, 0, 1, 0], Labels, loss: 7);

        Assert.Equal(7, metrics.Loss);
        Assert.Equal(0.6, metrics.Accuracy, 12);
        Assert.Equal(0.5833333333333333, metrics.BalancedAccuracy, 12);
        Assert.Equal(0.409090909090909, metrics.MacroF1, 12);
        Assert.Equal(0.46599999666214, metrics.CalibrationError, 12);
        // log_loss of nine rows, renormalised, and -ln(1e-7) for the confident mistake.
        Assert.Equal((9 * 0.9546869028602702 + 16.11809565095832) / 10, metrics.LogLoss, 7);
        Assert.Equal([[4, 2, 0, 0], [1, 2, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]], metrics.Confusion);
        Assert.Equal(
            [new("a", 0.8, 4.0 / 6, 6), new("b", 0.5, 0.5, 4), new("c", 0, null, 0), new("d", null, null, 0)],
            metrics.Classes);
        Assert.Null(metrics.RocAuc);
        Assert.Equal(0, metrics.UnseenRows);
    }

    [Fact]
    public void A_class_that_training_never_saw_counts_as_wrong()
    {
        var metrics = ClassificationMetrics.Compute(Probabilities, [0, 1, 0, 1, -1, 0, 0, 0, 1, -1], Labels, loss: 7);

        Assert.Equal(2, metrics.UnseenRows);
        Assert.Equal(0.5, metrics.Accuracy, 12);
        Assert.Equal(0.4222222222222222, metrics.BalancedAccuracy, 12);
        Assert.Equal(0.29285714285714287, metrics.MacroF1, 12);
        Assert.Equal(5.5298809894677685, metrics.LogLoss, 12);
        Assert.Equal(0.47599999904632573, metrics.CalibrationError, 12);
        Assert.Equal([[3, 2, 0, 0], [0, 2, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]], metrics.Confusion);
        Assert.Equal(0.6, metrics.Classes[0].Precision); // one of the unseen rows is predicted as a
    }

    [Theory]
    [InlineData(new[] { 0, 0, 1, 1, 1, 0, 1, 0, 0, 1 }, 0.86)]                  // three rows have the probability .4
    [InlineData(new[] { 0, 0, 1, 1, 1, 0, 1, 0, 0, -1 }, 0.825)]               // without the last row
    [InlineData(new[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, null)]
    public void Two_classes_have_a_roc_auc_if_both_occur(int[] truth, double? expected)
    {
        float[] seconds = [.1f, .4f, .35f, .8f, .4f, .4f, .9f, .2f, .35f, .6f];
        float[] probabilities = [.. seconds.SelectMany(second => new[] { 1 - second, second })];

        var auc = ClassificationMetrics.Compute(probabilities, truth, ["no", "yes"], loss: 0).RocAuc;

        Assert.Equal(expected is null, auc is null);
        Assert.Equal(expected ?? 0, auc ?? 0, 12);
    }

    [Fact]
    public void A_model_whose_confidence_equals_its_accuracy_has_no_calibration_error()
    {
        double[] confidences = [.. Enumerable.Repeat(0.75, 400)];
        bool[] correct = [.. Enumerable.Range(0, 400).Select(row => row % 4 != 0)];

        Assert.Equal(0, CalibrationError.Compute(confidences, correct), 12);
        Assert.Equal(0.75, CalibrationError.Compute(confidences, new bool[400]), 12);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 3)]
    public void Lengths_that_do_not_match_are_refused(int rows, int probabilities) =>
        Assert.Throws<ArgumentException>(
            () => ClassificationMetrics.Compute(new float[probabilities], new int[rows], ["no", "yes"], loss: 0));
}
