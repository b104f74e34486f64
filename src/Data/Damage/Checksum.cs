using System.Security.Cryptography;

namespace Velodrome.Data.Damage;

/// <summary>The SHA-256 that is stored beside bytes, as lower-case hexadecimal, and compared whenever they are read.</summary>
public static class Checksum
{
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <param name="bytes">The bytes as they are stored now.</param>
    /// <param name="stored">The checksum of the bytes as they were written; null for rows of versions that stored none.</param>
    public static bool Matches(ReadOnlySpan<byte> bytes, string? stored) => stored is null || Of(bytes) == stored;
}
