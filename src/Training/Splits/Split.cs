using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Velodrome.Training.Splits;

/// <summary>The rows of a table, parted. Row numbers are 0-based and ascending; no row is in two parts.</summary>
/// <param name="Train">Rows that the network learns from and the encoder is fitted on.</param>
/// <param name="Validation">Rows that only judge.</param>
public sealed record Split(int[] Train, int[] Validation)
{
    /// <summary>Equal for two runs exactly when they trained and were judged on the same rows of the same data.</summary>
    /// <param name="datasetSha256">Of the table's bytes.</param>
    /// <returns>16 hexadecimal digits.</returns>
    public string Fingerprint(string datasetSha256)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(datasetSha256));
        foreach (var part in (int[][])[Train, Validation])
        {
            hash.AppendData(BitConverter.GetBytes(part.Length));
            hash.AppendData(MemoryMarshal.AsBytes<int>(part));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
