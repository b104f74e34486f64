using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>Turns tables into what a network takes, and outputs back. Fitted on training rows only: nothing about the validation rows may leak in.</summary>
/// <param name="Features">In the order of the network's inputs.</param>
/// <param name="Target">What is learnt.</param>
public sealed record Encoder(IReadOnlyList<FeatureEncoding> Features, TargetEncoding Target)
{
    /// <summary>Cells from which on several processors are done sooner than one.</summary>
    private const int WorthSharing = 100_000;

    /// <summary>Encoded features per row.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Width => Features.Sum(feature => feature.Width);

    /// <summary>Fits every column's encoding on the training rows.</summary>
    /// <exception cref="RefusedException"><c>constantTarget</c>, or <c>noUsableFeature</c>: no feature varies at all.</exception>
    public static Encoder Fit(Table table, IReadOnlyList<string> features, string target, LearningTask task, int[] trainRows)
    {
        var column = table.Find(target)!;
        TargetEncoding targetEncoding = task == LearningTask.Regression
            ? NumberTarget.Fit((NumberColumn)column, trainRows)
            : ClassTarget.Fit(column, trainRows);
        var encodings = new FeatureEncoding[features.Count];
        Share(encodings.Length, cells: (long)encodings.Length * trainRows.Length, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                encodings[i] = FeatureEncoding.Fit(table.Find(features[i])!, trainRows);
            }
        });
        return encodings.Sum(encoding => encoding.Width) > 0
            ? new(encodings, targetEncoding)
            : throw new RefusedException("noUsableFeature", "features",
                "No feature has a level that stands in more than one training row, so the network would have no input. Choose other features.");
    }

    /// <summary>Encodes rows with their targets, for training and validation.</summary>
    /// <param name="table">Holds every feature and the target, by name.</param>
    /// <param name="rows">Which rows, in which order.</param>
    /// <param name="classWeights">What a row of each class counts, see <see cref="EncodedRows.Weights"/>; null where all count 1.</param>
    public EncodedRows Encode(Table table, int[] rows, float[]? classWeights = null) =>
        EncodeTargets(table, rows, classWeights) with { Features = EncodeFeatures(table, rows), Width = Width };

    /// <summary>Encodes targets and weights alone; the rows have no features.</summary>
    /// <inheritdoc cref="Encode"/>
    public EncodedRows EncodeTargets(Table table, int[] rows, float[]? classWeights = null)
    {
        var targets = Target.Encode(table.Find(Target.Name)!, rows);
        var weights = classWeights is null ? null : Array.ConvertAll(targets, target => target < 0 ? 1 : classWeights[(int)target]);
        return new([], targets, weights, rows.Length, 0);
    }

    /// <summary>Encodes features alone, for prediction.</summary>
    /// <returns>Row-major [rows, Width].</returns>
    public float[] EncodeFeatures(Table table, int[] rows)
    {
        var width = Width;
        var features = new float[(long)rows.Length * width];
        // Rows are shared out and not columns: those of one row lie side by side, and processors that write there hinder each other.
        Share(rows.Length, cells: features.Length, (from, to) =>
        {
            var offset = 0;
            foreach (var feature in Features)
            {
                feature.Encode(table.Find(feature.Name)!, rows.AsSpan(from, to - from), features.AsSpan(from * width, (to - from) * width), width, offset);
                offset += feature.Width;
            }
        });
        return features;
    }

    /// <summary>Does work on 0 to <paramref name="count"/>: in one piece, or, for a large table, in one for each processor.</summary>
    private static void Share(int count, long cells, Action<int, int> work)
    {
        if (cells < WorthSharing)
        {
            work(0, count);
            return;
        }

        var parts = Environment.ProcessorCount;
        Parallel.For(0, parts, part => work(Start(part), Start(part + 1)));

        int Start(int part) => (int)((long)count * part / parts);
    }
}
