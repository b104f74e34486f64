using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Runs;

/// <summary>A name that a caller gave to a request, so that sending it again starts nothing twice.</summary>
public sealed class IdempotencyKey
{
    public const int MaxLength = 200;

    public required string Key { get; init; }

    /// <summary>SHA-256 of the request, lower-case hexadecimal.</summary>
    public required string BodySha256 { get; init; }

    /// <summary>The run that came of it.</summary>
    public required long RunId { get; init; }
}

internal sealed class IdempotencyKeyMapping : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.HasKey(key => key.Key);
        builder.Property(key => key.Key).HasMaxLength(IdempotencyKey.MaxLength);
        builder.Property(key => key.BodySha256).HasMaxLength(64);
        builder.HasOne<Run>().WithMany().HasForeignKey(key => key.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}
