using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Runs;

/// <summary>A key that a caller sent with a request. Repeating the request with its key does not start a second run.</summary>
public sealed class IdempotencyKey
{
    /// <summary>The HTTP header that carries the key.</summary>
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 200;

    public required string Key { get; init; }

    /// <summary>SHA-256 of the request, lower-case hexadecimal.</summary>
    public required string BodySha256 { get; init; }

    /// <summary>The run that the request started.</summary>
    public required long RunId { get; init; }
}

/// <summary>The Idempotency-Key of a request that may not have started a run yet.</summary>
/// <param name="Key">At most <see cref="IdempotencyKey.MaxLength"/> characters.</param>
/// <param name="BodySha256">SHA-256 of the request, lower-case hexadecimal.</param>
/// <param name="EarlierSha256">The hash that an earlier build would have stored for the request; null if it is the same.</param>
public sealed record RequestKey(string Key, string BodySha256, string? EarlierSha256 = null);

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
