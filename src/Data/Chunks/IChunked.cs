namespace Velodrome.Data.Chunks;

/// <summary>A row that contains the first piece of its bytes, and refers to the chunks with the others.</summary>
public interface IChunked
{
    long RunId { get; }

    /// <summary>The first piece; everything if there are no chunks.</summary>
    byte[] Bytes { get; }

    /// <summary>SHA-256 of <see cref="Bytes"/>, lower-case hexadecimal.</summary>
    string Sha256 { get; }

    /// <summary>
    /// The number that marks this row's chunks. It is drawn at random and never used again, so that pieces of two checkpoints can't be
    /// combined. 0 if there are no chunks.
    /// </summary>
    long ChunkSet { get; }

    /// <summary>How many chunks follow the first piece.</summary>
    int Chunks { get; }
}

/// <summary>The first piece of the bytes, for a row whose chunks are stored already.</summary>
internal sealed record FirstPiece(byte[] Bytes, string Sha256, long ChunkSet, int Chunks);
