using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Velodrome.Data.Chunks;

namespace Velodrome.Data.Runs;

/// <summary>The trained model of a run, with the weights of its best epoch.</summary>
public sealed class Model : IChunked
{
    public required long RunId { get; init; }

    /// <summary>A <see cref="Training.Models.TrainedModel"/>, or its first piece.</summary>
    public required byte[] Bytes { get; init; }

    public required string Sha256 { get; init; }

    public long ChunkSet { get; init; }

    public int Chunks { get; init; }
}

internal sealed class ModelMapping : IEntityTypeConfiguration<Model>
{
    public void Configure(EntityTypeBuilder<Model> builder) => builder.HasKey(model => model.RunId);
}
