using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Velodrome.Training.Engines;
using Velodrome.Training.Serialization;

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
    private const int EpochAt = sizeof(int);
    private const int PatienceFromAt = 2 * sizeof(int) + sizeof(double);

    /// <summary>Reads the state as bytes, little-endian, straight from its arrays.</summary>
    public Stream OpenRead()
    {
        float[][] arrays = [Network.Weights, BestWeights, .. Network.Moments];
        using var header = new MemoryStream();
        using var writer = new BinaryWriter(header);
        writer.Write(Magic);
        writer.Write(Epoch);
        writer.Write(Seconds);
        writer.Write(PatienceFrom);
        writer.Write(BestEpoch);
        writer.Write(BestLoss);
        writer.Write(Network.Steps);
        writer.Write(arrays.Length);
        return new ArrayStream([header.ToArray(), .. arrays.SelectMany(array => new Array[] { new[] { array.Length }, array })]);
    }

    /// <summary>Reads a state from the bytes of <see cref="OpenRead"/>.</summary>
    /// <param name="bytes">Is read to the end of the state.</param>
    /// <exception cref="InvalidDataException">The bytes are not a checkpoint, or are damaged.</exception>
    public static TrainerState Load(Stream bytes)
    {
        try
        {
            using var reader = new BinaryReader(bytes, System.Text.Encoding.UTF8, leaveOpen: true);
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
                bytes.ReadExactly(MemoryMarshal.AsBytes(arrays[i].AsSpan()));
            }

            return new(epoch, seconds, new(arrays[0], arrays[2..], steps), patienceFrom, bestEpoch, bestLoss, arrays[1]);
        }
        catch (Exception damaged) when (damaged is EndOfStreamException or OverflowException or IndexOutOfRangeException
            or ArgumentException or OutOfMemoryException)
        {
            throw new InvalidDataException("The checkpoint is damaged.", damaged);
        }
    }

    /// <summary>Counts patience anew from the epoch of a saved state, for a run that stopped early and is continued.</summary>
    /// <param name="bytes">The first bytes of <see cref="OpenRead"/>, changed in place: the state may be too large to load.</param>
    /// <exception cref="InvalidDataException">The bytes are not a checkpoint.</exception>
    public static void RestartPatience(Span<byte> bytes)
    {
        if (bytes.Length < PatienceFromAt + sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(bytes) != Magic)
        {
            throw new InvalidDataException("The bytes are not a checkpoint of this version.");
        }

        bytes.Slice(EpochAt, sizeof(int)).CopyTo(bytes[PatienceFromAt..]);
    }
}
