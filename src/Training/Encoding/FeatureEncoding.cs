using System.Text.Json.Serialization;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>How one column becomes one or more inputs of the network; fitted on training rows only.</summary>
/// <param name="Name">The column.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "encoding")]
[JsonDerivedType(typeof(NumberEncoding), "number")]
[JsonDerivedType(typeof(CategoryEncoding), "category")]
public abstract record FeatureEncoding(string Name)
{
    /// <summary>Inputs that this column takes.</summary>
    [JsonIgnore]
    public abstract int Width { get; }

    /// <summary>Encodes rows of a column.</summary>
    /// <param name="column">A column of this name and kind, of the training table or another.</param>
    /// <param name="rows">Which rows, in which order.</param>
    /// <param name="features">Receives row-major [rows, stride]; zero before.</param>
    /// <param name="stride">Inputs of all columns together.</param>
    /// <param name="offset">First input of this column.</param>
    public abstract void Encode(Column column, ReadOnlySpan<int> rows, Span<float> features, int stride, int offset);

    /// <summary>Fits the encoding that the column's kind asks for.</summary>
    /// <param name="column">The whole column; only <paramref name="trainRows"/> of it are looked at.</param>
    /// <param name="trainRows">Row numbers of the training part.</param>
    public static FeatureEncoding Fit(Column column, ReadOnlySpan<int> trainRows) => column switch
    {
        NumberColumn numbers => NumberEncoding.Fit(numbers, trainRows),
        CategoryColumn texts => CategoryEncoding.Fit(texts, trainRows),
        _ => throw new ArgumentException($"No encoding for a {column.GetType().Name}.", nameof(column)),
    };
}
