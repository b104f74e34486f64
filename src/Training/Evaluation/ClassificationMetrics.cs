using System.Numerics.Tensors;
using Velodrome.Training.Encoding;

namespace Velodrome.Training.Evaluation;

/// <summary>Metrics of predicted classes, as scikit-learn defines them.</summary>
/// <param name="Loss">The run's loss: cross entropy, weighted if the run weights its classes.</param>
/// <param name="Accuracy">Share of rows whose most probable class is the true one; of equally probable classes the first counts.</param>
/// <param name="BalancedAccuracy">Mean recall of the classes that occur in these rows, however rare.</param>
/// <param name="MacroF1">Mean of F1 = 2tp / (2tp + fp + fn) over the classes that occur in these rows or are predicted for
/// them: <c>f1_score(average="macro", zero_division=0)</c>.</param>
/// <param name="LogLoss">Mean of -ln(probability of the true class), unweighted; a probability below
/// <see cref="Losses.Loss.SmallestProbability"/> counts as that.</param>
/// <param name="RocAuc">For two classes, the probability that a random row of the second gets a higher probability of it than a
/// random row of the first; null for more classes, or when one of the two does not occur.</param>
/// <param name="CalibrationError">Expected calibration error: mean difference between confidence and accuracy, 0 is best; see
/// <see cref="Evaluation.CalibrationError"/>.</param>
/// <param name="UnseenRows">Rows of classes that no training row has. They count as wrong, and together as one class of recall 0
/// and F1 0; <paramref name="Confusion"/> and <paramref name="RocAuc"/> leave them out.</param>
/// <param name="Classes">One entry per class, in the order of the labels.</param>
/// <param name="Confusion">Number of rows by [true class][predicted class].</param>
public sealed record ClassificationMetrics(
    double Loss, double Accuracy, double BalancedAccuracy, double MacroF1, double LogLoss, double? RocAuc, double CalibrationError,
    int UnseenRows, IReadOnlyList<ClassMetrics> Classes, int[][] Confusion) : Metrics(Loss)
{
    /// <summary>Computes the metrics of some rows.</summary>
    /// <param name="probabilities">Row-major [rows, classes]; every row sums to 1.</param>
    /// <param name="truth">[rows], at least one: true classes as indices into <paramref name="labels"/>, or
    /// <see cref="ClassTarget.Unseen"/>.</param>
    /// <param name="labels">Names of the classes.</param>
    /// <param name="loss">The run's loss over the same rows.</param>
    /// <exception cref="ArgumentException">The lengths do not match, or there is no row.</exception>
    public static ClassificationMetrics Compute(
        ReadOnlySpan<float> probabilities, ReadOnlySpan<int> truth, IReadOnlyList<string> labels, double loss)
    {
        var classes = labels.Count;
        if (truth.Length == 0 || probabilities.Length != (long)truth.Length * classes)
        {
            throw new ArgumentException(
                $"Expected {(long)truth.Length * classes} probabilities, for {truth.Length} rows of {classes} classes, " +
                $"and at least one row; got {probabilities.Length}.");
        }

        int[][] confusion = [.. labels.Select(_ => new int[classes])];
        var (predictions, correct) = (new int[classes], new bool[truth.Length]);
        var confidences = new double[truth.Length];
        var (right, unseen, logLoss) = (0, 0, 0.0);
        for (var row = 0; row < truth.Length; row++)
        {
            var ofRow = probabilities.Slice(row * classes, classes);
            var predicted = TensorPrimitives.IndexOfMax(ofRow);
            confidences[row] = ofRow[predicted];
            predictions[predicted]++;
            if (truth[row] == ClassTarget.Unseen)
            {
                unseen++;
                logLoss -= Math.Log(Losses.Loss.SmallestProbability);
                continue;
            }

            confusion[truth[row]][predicted]++;
            correct[row] = truth[row] == predicted;
            right += correct[row] ? 1 : 0;
            logLoss -= Math.Log(Math.Max(ofRow[truth[row]], Losses.Loss.SmallestProbability));
        }

        var (recalls, f1s) = (new List<double>(), new List<double>());
        var each = new ClassMetrics[classes];
        for (var c = 0; c < classes; c++)
        {
            var (found, support) = (confusion[c][c], confusion[c].Sum());
            each[c] = new(labels[c], Share(found, predictions[c]), Share(found, support), support);
            AddIfAny(recalls, found, support);
            AddIfAny(f1s, 2 * found, support + predictions[c]);
        }

        AddIfAny(recalls, 0, unseen);
        AddIfAny(f1s, 0, unseen);
        return new(
            loss,
            Accuracy: (double)right / truth.Length,
            BalancedAccuracy: recalls.Average(),
            MacroF1: f1s.Average(),
            LogLoss: logLoss / truth.Length,
            RocAuc: classes == 2 ? RankAuc.Compute(probabilities, truth) : null,
            CalibrationError: Evaluation.CalibrationError.Compute(confidences, correct),
            unseen, each, confusion);
    }

    private static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;

    private static void AddIfAny(List<double> shares, int part, int whole)
    {
        if (whole > 0)
        {
            shares.Add((double)part / whole);
        }
    }
}
