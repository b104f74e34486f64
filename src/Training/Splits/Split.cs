using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Velodrome.Training.Splits;

/// <summary>The rows of a table, divided in three parts. Row numbers start at 0 and ascend; no row is in two parts.</summary>
/// <param name="Train">Rows that the network is trained on and the encoder is fitted on.</param>
/// <param name="Validation">Rows that measure the network after every epoch.</param>
/// <param name="Test">Rows that measure the network once, after training; may be empty.</param>
public sealed record Split(int[] Train, int[] Validation, int[] Test)
{
    /// <summary>A hash that two runs share if and only if they used the same rows of the same data for training, validation and
    /// test.</summary>
    /// <param name="sha256">SHA-256 of each dataset that the table consists of.</param>
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
