using System.Runtime.InteropServices;
using Velodrome.Training.Engines;

namespace Velodrome.Training.Fitting;

/// <summary>A training between two epochs: with the data and the spec, all that going on bit for bit needs.</summary>
/// <param name="Epoch">The last epoch trained.</param>
/// <param name="Seconds">Training time so far.</param>
/// <param name="Network">Weights, optimiser figures, steps.</param>
/// <param name="PatienceFrom">Patience is counted from this epoch if the best one came before it: not 0 where a run that had lost
/// its patience is continued.</param>
/// <param name="BestEpoch">What early stopping knows.</param>
/// <param name="BestLoss">In the loss's own units.</param>
/// <param name="BestWeights">Flat parameters after the best epoch.</param>
public sealed record TrainerState(int Epoch, double Seconds, NetworkState Network, int PatienceFrom, int BestEpoch, double BestLoss, float[] BestWeights)
{
    private const int Magic = 0x31434C56; // "VLC1" in the file: Velodrome checkpoint, version 1

    /// <summary>The state as bytes, little-endian.</summary>
    public byte[] Save()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Magic);
        writer.Write(Epoch);
        writer.Write(Seconds);
        writer.Write(PatienceFrom);
        writer.Write(BestEpoch);
        writer.Write(BestLoss);
        writer.Write(Network.Steps);
        float[][] arrays = [Network.Weights, BestWeights, .. Network.Moments];
        writer.Write(arrays.Length);
        foreach (var array in arrays)
        {
            writer.Write(array.Length);
            writer.Write(MemoryMarshal.AsBytes<float>(array));
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such a state.</exception>
    public static TrainerState Load(byte[] bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            if (reader.ReadInt32() != Magic)
            {
                throw new InvalidDataException("The bytes are not a checkpoint of this version.");
            }

            var (epoch, seconds, patienceFrom) = (reader.ReadInt32(), reader.ReadDouble(), reader.ReadInt32());
            var (bestEpoch, bestLoss, steps) = (reader.ReadInt32(), reader.ReadDouble(), reader.ReadInt64());
            var arrays = new float[reader.ReadInt32()][];
            for (var i = 0; i < arrays.Length; i++)
            {
                arrays[i] = new float[reader.ReadInt32()];
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(arrays[i].AsSpan()));
            }

            return new(epoch, seconds, new(arrays[0], arrays[2..], steps), patienceFrom, bestEpoch, bestLoss, arrays[1]);
        }
        catch (Exception damaged) when (damaged is EndOfStreamException or OverflowException or IndexOutOfRangeException or ArgumentException or OutOfMemoryException)
        {
            throw new InvalidDataException("The checkpoint is damaged.", damaged);
        }
    }
}
