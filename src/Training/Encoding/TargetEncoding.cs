using System.Text.Json.Serialization;
using Velodrome.Training.Losses;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>Converts the target column to what the network learns; fitted on training rows only.</summary>
/// <param name="Name">The column.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "encoding")]
[JsonDerivedType(typeof(NumberTarget), "number")]
[JsonDerivedType(typeof(ClassTarget), "classes")]
public abstract record TargetEncoding(string Name)
{
    /// <summary>Number of network outputs.</summary>
    [JsonIgnore]
    public abstract int Outputs { get; }

    /// <summary>Encodes the target of the given rows, all of which must have one.</summary>
    /// <returns>[rows], see <see cref="EncodedRows.Targets"/>.</returns>
    public abstract float[] Encode(Column column, ReadOnlySpan<int> rows);

    /// <summary>The factor from a loss in standardised units to the target's own unit.</summary>
    public abstract double LossScale(LossKind loss);
}
