using System.Text.Json.Serialization;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>Converts table columns to network inputs and targets. It is fitted on training rows only, so that nothing about the
/// validation rows leaks into training.</summary>
/// <param name="Features">One encoding per feature, in the order of the network's inputs.</param>
/// <param name="Target">The encoding of the column to predict.</param>
public sealed record Encoder(IReadOnlyList<FeatureEncoding> Features, TargetEncoding Target)
{
    /// <summary>From this number of cells on, several processors are faster than one.</summary>
    private const int ParallelThreshold = 100_000;

    /// <summary>Encoded features per row: the plain ones of all columns, then the pieces of all numbers.</summary>
    [JsonIgnore]
    public int Width => PlainWidth + Features.Sum(feature => (feature as NumberEncoding)?.Pieces?.Width ?? 0);

    /// <summary>Encoded features per row, without the pieces of numbers.</summary>
    [JsonIgnore]
    public int PlainWidth => Features.Sum(feature => feature.Width);

    /// <summary>Fits every column's encoding on the training rows.</summary>
    /// <param name="table">Contains every feature and the target.</param>
    /// <param name="features">Names of the features, in the order of the network's inputs.</param>
    /// <param name="target">Name of the column to predict.</param>
    /// <param name="task">Whether the target is a number or a class.</param>
    /// <param name="trainRows">Row numbers, each with a target.</param>
    /// <param name="options">The inputs of numbers; see <see cref="NumberEncoding.Fit"/>.</param>
    /// <param name="cancellationToken">Checked before each feature.</param>
    /// <exception cref="RefusedException"><c>constantTarget</c>; <c>tooManyClasses</c>; <c>noUsableFeature</c>: every feature is a category
    /// without a frequent level.</exception>
    public static Encoder Fit(
        Table table, IReadOnlyList<string> features, string target, LearningTask task, int[] trainRows,
        EncodingOptions? options = null, CancellationToken cancellationToken = default)
    {
        var column = table.Find(target)!;
        TargetEncoding targetEncoding = task == LearningTask.Regression
            ? NumberTarget.Fit((NumberColumn)column, trainRows)
            : ClassTarget.Fit(column, trainRows);
        var targets = options?.Numbers == NumberInputs.Piecewise ? new TrainingTargets(targetEncoding, column, trainRows) : null;
        var encodings = new FeatureEncoding[features.Count];
        RunInParallel(encodings.Length, cells: (long)encodings.Length * trainRows.Length, (from, to) =>
        {
            for (var i = from; i < to && !cancellationToken.IsCancellationRequested; i++)
            {
                encodings[i] = FeatureEncoding.Fit(table.Find(features[i])!, trainRows, options, targets);
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
        return encodings.Sum(encoding => encoding.Width) > 0
            ? new(encodings, targetEncoding)
            : throw new RefusedException("noUsableFeature", "features",
                $"Every feature is a category without a value that occurs in at least {CategoryEncoding.RowsNeeded(trainRows.Length)} " +
                "training rows, so the network would have no input. Add a numeric feature, or a category whose values repeat.");
    }

    /// <summary>Encodes features and targets, for training and validation.</summary>
    /// <param name="table">Contains every feature and the target, by name.</param>
    /// <param name="rows">Row numbers, in the order of the result.</param>
    /// <param name="classWeights">[classes]: factor of the loss of a row of each class; null if all are 1. Rows of an unseen class get
    /// factor 1.</param>
    /// <param name="cancellationToken">Checked before each feature.</param>
    public EncodedRows Encode(Table table, int[] rows, float[]? classWeights = null, CancellationToken cancellationToken = default) =>
        EncodeTargets(table, rows, classWeights) with { Features = EncodeFeatures(table, rows, cancellationToken), Width = Width };

    /// <summary>Encodes targets and weights only; the result has no features.</summary>
    /// <inheritdoc cref="Encode"/>
    public EncodedRows EncodeTargets(Table table, int[] rows, float[]? classWeights = null)
    {
        var targets = Target.Encode(table.Find(Target.Name)!, rows);
        var weights = classWeights is null ? null : Array.ConvertAll(targets, target => target < 0 ? 1 : classWeights[(int)target]);
        return new([], targets, weights, rows.Length, 0);
    }

    /// <summary>Encodes features only, for prediction.</summary>
    /// <inheritdoc cref="Encode"/>
    /// <returns>Row-major [rows, Width].</returns>
    public float[] EncodeFeatures(Table table, int[] rows, CancellationToken cancellationToken = default)
    {
        var width = Width;
        var features = new float[(long)rows.Length * width];
        // Rows are divided among processors rather than columns: columns of one row share cache lines, and writes to them would collide.
        RunInParallel(rows.Length, cells: features.Length, (from, to) =>
        {
            var (offset, piecesAt) = (0, PlainWidth);
            foreach (var feature in Features)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    return;
                }

                var column = table.Find(feature.Name)!;
                var part = rows.AsSpan(from, to - from);
                var inputs = features.AsSpan(from * width, (to - from) * width);
                feature.Encode(column, part, inputs, width, offset);
                offset += feature.Width;
                if (feature is NumberEncoding { Pieces: { } pieces, Median: var median })
                {
                    pieces.Encode(((NumberColumn)column).Values, part, median, inputs, width, piecesAt);
                    piecesAt += pieces.Width;
                }
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
        return features;
    }

    /// <summary>Runs work on the ranges of 0 to <paramref name="count"/>: one range, or one per processor for a large table.</summary>
    private static void RunInParallel(int count, long cells, Action<int, int> work)
    {
        if (cells < ParallelThreshold)
        {
            work(0, count);
            return;
        }

        var parts = Environment.ProcessorCount;
        Parallel.For(0, parts, part => work(Start(part), Start(part + 1)));

        int Start(int part) => (int)((long)count * part / parts);
    }
}
