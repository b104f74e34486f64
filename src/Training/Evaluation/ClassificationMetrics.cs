using System.Numerics.Tensors;

namespace Velodrome.Training.Evaluation;

/// <summary>How well rows were told apart into classes; the definitions are scikit-learn's.</summary>
/// <param name="Loss">The run's loss: cross entropy, weighted where the run weights its classes.</param>
/// <param name="Accuracy">Share of rows whose most probable class is the true one; of equally probable classes the first counts.</param>
/// <param name="BalancedAccuracy">Mean recall of the classes that occur in these rows, each counting the same however rare.</param>
/// <param name="MacroF1">Mean of F1 = 2tp / (2tp + fp + fn) over the classes that occur in these rows or were predicted for
/// them: <c>f1_score(average="macro", zero_division=0)</c>. A class that neither occurs nor was predicted does not count.</param>
/// <param name="LogLoss">Mean of -ln(probability of the true class), unweighted; probabilities below <see cref="SmallestProbability"/> count as that.</param>
/// <param name="RocAuc">For two classes, the chance that a random row of the second gets a higher probability of it than a
/// random row of the first; null for more classes, or when one of the two does not occur.</param>
/// <param name="CalibrationError">Expected calibration error: mean distance between how sure the model was and how often it
/// was right; 0 is honest, see <see cref="Evaluation.CalibrationError"/>.</param>
/// <param name="UnseenRows">Rows of classes that training never saw. They count as wrong, together as one class of recall 0
/// and F1 0; they stand in no row of <paramref name="Confusion"/> and not in the ROC AUC.</param>
/// <param name="Classes">One per class, in the order of the labels.</param>
/// <param name="Confusion">Rows by [true class][predicted class].</param>
public sealed record ClassificationMetrics(
    double Loss, double Accuracy, double BalancedAccuracy, double MacroF1, double LogLoss, double? RocAuc, double CalibrationError,
    int UnseenRows, IReadOnlyList<ClassMetrics> Classes, int[][] Confusion) : Metrics(Loss)
{
    /// <summary>The true class of a row whose class training never saw.</summary>
    public const int Unseen = -1;

    /// <summary>No row costs more than -ln of this (16.1): one sure mistake must not drown all else.</summary>
    public const double SmallestProbability = 1e-7;

    /// <param name="probabilities">Row-major [rows, classes]; every row sums to 1.</param>
    /// <param name="truth">[rows], at least one: true classes as indices into <paramref name="labels"/>, or <see cref="Unseen"/>.</param>
    /// <param name="labels">Names of the classes.</param>
    /// <param name="loss">The run's loss over the same rows.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static ClassificationMetrics Compute(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> truth, IReadOnlyList<string> labels, double loss)
    {
        var classes = labels.Count;
        if (truth.Length == 0 || probabilities.Length != (long)truth.Length * classes)
        {
            throw new ArgumentException($"{truth.Length} rows of {classes} classes need {(long)truth.Length * classes} probabilities, and at least one row; {probabilities.Length} were given.");
        }

        int[][] confusion = [.. labels.Select(_ => new int[classes])];
        var (calls, correct) = (new int[classes], new bool[truth.Length]);
        var confidences = new double[truth.Length];
        var (right, unseen, logLoss) = (0, 0, 0.0);
        for (var row = 0; row < truth.Length; row++)
        {
            var given = probabilities.Slice(row * classes, classes);
            var call = TensorPrimitives.IndexOfMax(given);
            confidences[row] = given[call];
            calls[call]++;
            if (truth[row] == Unseen)
            {
                unseen++;
                logLoss -= Math.Log(SmallestProbability);
                continue;
            }

            confusion[truth[row]][call]++;
            correct[row] = truth[row] == call;
            right += correct[row] ? 1 : 0;
            logLoss -= Math.Log(Math.Max(given[truth[row]], SmallestProbability));
        }

        var (recalls, f1s) = (new List<double>(), new List<double>());
        var each = new ClassMetrics[classes];
        for (var c = 0; c < classes; c++)
        {
            var (found, support) = (confusion[c][c], confusion[c].Sum());
            each[c] = new(labels[c], Share(found, calls[c]), Share(found, support), support);
            AddIfAny(recalls, found, support);
            AddIfAny(f1s, 2 * found, support + calls[c]);
        }

        AddIfAny(recalls, 0, unseen);
        AddIfAny(f1s, 0, unseen);
        return new(loss, (double)right / truth.Length, recalls.Average(), f1s.Average(), logLoss / truth.Length,
            classes == 2 ? RankAuc.Compute(probabilities, truth) : null, Evaluation.CalibrationError.Compute(confidences, correct), unseen, each, confusion);
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
