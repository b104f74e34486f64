using System.Text.Json.Serialization;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>Converts one column to one or more network inputs; fitted on training rows only.</summary>
/// <param name="Name">The column.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "encoding")]
[JsonDerivedType(typeof(NumberEncoding), "number")]
[JsonDerivedType(typeof(CategoryEncoding), "category")]
public abstract record FeatureEncoding(string Name)
{
    /// <summary>The training rows; null if an earlier version of the service trained the model.</summary>
    public TrainingCounts? TrainingCounts { get; init; }

    /// <summary>Whether there are no counts, or one for each bin or level.</summary>
    [JsonIgnore]
    internal bool HasCompleteCounts => TrainingCounts is null
        || TrainingCounts.Rows?.Count == (this is CategoryEncoding texts ? texts.Levels.Count + 2 : TrainingCounts.Edges?.Count + 1);

    /// <summary>Number of inputs, without the pieces of a number.</summary>
    [JsonIgnore]
    public abstract int Width { get; }

    /// <summary>Encodes rows of a column.</summary>
    /// <param name="column">A column of the same name and kind, of the training table or another.</param>
    /// <param name="rows">Row numbers, in the order of the result.</param>
    /// <param name="features">Receives row-major [rows, stride]; must be zero before.</param>
    /// <param name="stride">Number of inputs of all columns together.</param>
    /// <param name="offset">Index of this column's first input.</param>
    public abstract void Encode(Column column, ReadOnlySpan<int> rows, Span<float> features, int stride, int offset);

    /// <summary>Fits the encoding for the column's kind.</summary>
    /// <param name="column">The column; only <paramref name="trainRows"/> are read.</param>
    /// <param name="trainRows">Row numbers.</param>
    /// <param name="options">The inputs of numbers; see <see cref="NumberEncoding.Fit"/>.</param>
    /// <param name="targets">The targets of the same rows; see <see cref="NumberEncoding.Fit"/>.</param>
    public static FeatureEncoding Fit(
        Column column, ReadOnlySpan<int> trainRows, EncodingOptions? options = null, TrainingTargets? targets = null) => column switch
        {
            NumberColumn numbers => NumberEncoding.Fit(numbers, trainRows, options, targets),
            CategoryColumn texts => CategoryEncoding.Fit(texts, trainRows),
            _ => throw new ArgumentException($"Can't encode a {column.GetType().Name}.", nameof(column)),
        };
}
