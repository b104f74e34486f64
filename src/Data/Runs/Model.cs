using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Runs;

/// <summary>The trained model of a run, with the weights of its best epoch.</summary>
public sealed class Model
{
    public required long RunId { get; init; }

    /// <summary>A <see cref="Training.Models.TrainedModel"/>, as its Save method writes it.</summary>
    public required byte[] Bytes { get; init; }

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

internal sealed class ModelMapping : IEntityTypeConfiguration<Model>
{
    public void Configure(EntityTypeBuilder<Model> builder) => builder.HasKey(model => model.RunId);
}
