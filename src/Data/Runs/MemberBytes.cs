using System.Buffers.Binary;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>The losses of a run's networks in one epoch as bytes: for each network its training loss and its validation loss, as
/// little-endian doubles.</summary>
public static class MemberBytes
{
    private const int Length = 2 * sizeof(double);

    /// <returns>Null for a single network.</returns>
    public static byte[]? Write(IReadOnlyList<MemberLosses>? members)
    {
        if (members is null)
        {
            return null;
        }

        var bytes = new byte[members.Count * Length];
        for (var i = 0; i < members.Count; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * Length), members[i].TrainLoss);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * Length + sizeof(double)), members[i].ValidationLoss);
        }

        return bytes;
    }

    /// <summary>Reads the bytes of <see cref="Write"/>.</summary>
    public static MemberLosses[] Read(byte[] bytes)
    {
        var members = new MemberLosses[bytes.Length / Length];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = new(
                BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * Length)),
                BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * Length + sizeof(double))));
        }

        return members;
    }
}
