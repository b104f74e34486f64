using System.Runtime.InteropServices;
using Velodrome.Training.Engines;

namespace Velodrome.Training.Fitting;

/// <summary>The state of a training between two epochs: with the data and the spec, it continues bit for bit.</summary>
/// <param name="Epoch">The last epoch trained.</param>
/// <param name="Seconds">Training time until then.</param>
/// <param name="Network">Weights, optimiser state and step count.</param>
/// <param name="PatienceFrom">Patience is counted from this epoch if the best epoch came before it. It is above 0 when a run that
/// stopped early is continued.</param>
/// <param name="BestEpoch">The best epoch so far; 0 before the first.</param>
/// <param name="BestLoss">Its validation loss, in the loss's own unit.</param>
/// <param name="BestWeights">Flat parameters after the best epoch.</param>
public sealed record TrainerState(
    int Epoch, double Seconds, NetworkState Network, int PatienceFrom, int BestEpoch, double BestLoss, float[] BestWeights)
{
    private const int Magic = 0x31434C56; // "VLC1" in the file: Velodrome checkpoint, version 1

    /// <summary>Serialises the state, little-endian.</summary>
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

    /// <summary>Reads bytes written by <see cref="Save"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a checkpoint, or are damaged.</exception>
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
        catch (Exception damaged) when (damaged is EndOfStreamException or OverflowException or IndexOutOfRangeException
            or ArgumentException or OutOfMemoryException)
        {
            throw new InvalidDataException("The checkpoint is damaged.", damaged);
        }
    }
}
