using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Access;

/// <summary>What a key allows. Each role includes those before it.</summary>
public enum KeyRole
{
    /// <summary>Read everything, and predict.</summary>
    Read,

    /// <summary>Also upload and delete datasets, and start, cancel, continue and delete runs.</summary>
    Write,

    /// <summary>Also make and revoke keys, and open the queue's dashboard.</summary>
    Admin,
}

/// <summary>A key of a caller. The key itself is not stored, only its hash. A revoked key keeps its row.</summary>
public sealed class ApiKey
{
    public const int MaxNameLength = 100;

    public long Id { get; internal set; }

    /// <summary>Who or what the key is for; unique among active keys.</summary>
    public required string Name { get; init; }

    public required KeyRole Role { get; init; }

    /// <summary>SHA-256 of the key, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix milliseconds; null while the key is active.</summary>
    public long? RevokedAt { get; set; }
}

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.Property(key => key.Name).HasMaxLength(ApiKey.MaxNameLength);
        builder.HasIndex(key => key.Name).IsUnique().HasFilter($"\"{nameof(ApiKey.RevokedAt)}\" IS NULL");
        builder.Property(key => key.Role).HasConversion<string>().HasMaxLength(16);
        builder.Property(key => key.Sha256).HasMaxLength(64);
    }
}
