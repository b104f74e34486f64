using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Velodrome.Training.Splits;

/// <summary>The rows of a table, parted. Row numbers are 0-based and ascending; no row is in two parts.</summary>
/// <param name="Train">Rows that the network learns from and the encoder is fitted on.</param>
/// <param name="Validation">Rows that only judge, after every epoch.</param>
/// <param name="Test">Rows that are looked at once, after training; may be empty.</param>
public sealed record Split(int[] Train, int[] Validation, int[] Test)
{
    /// <summary>Equal for two runs exactly when they trained and were judged on the same rows of the same data.</summary>
    /// <param name="sha256">Of the table's bytes, one for each dataset that it is made of.</param>
    /// <returns>16 hexadecimal digits.</returns>
    public string Fingerprint(params IEnumerable<string> sha256)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(string.Join(' ', sha256)));
        foreach (var part in (int[][])[Train, Validation, Test])
        {
            hash.AppendData(BitConverter.GetBytes(part.Length));
            hash.AppendData(MemoryMarshal.AsBytes<int>(part));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
