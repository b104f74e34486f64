using System.Text.Json.Serialization;
using Velodrome.Training.Losses;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>How the target becomes what the network learns, and its outputs answers; fitted on training rows only.</summary>
/// <param name="Name">The column.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "encoding")]
[JsonDerivedType(typeof(NumberTarget), "number")]
[JsonDerivedType(typeof(ClassTarget), "classes")]
public abstract record TargetEncoding(string Name)
{
    /// <summary>Outputs of the network.</summary>
    [JsonIgnore]
    public abstract int Outputs { get; }

    /// <summary>Encodes the target of rows, none of which may lack it.</summary>
    /// <returns>[rows], see <see cref="EncodedRows.Targets"/>.</returns>
    public abstract float[] Encode(Column column, ReadOnlySpan<int> rows);

    /// <summary>What a loss in standardised units is multiplied with to be in the target's own units.</summary>
    public abstract double LossScale(LossKind loss);
}
