using Velodrome.Training.Engines.Simd.Vectors;
namespace Velodrome.Training.Engines.Simd.Matrices;

/// <summary>
/// One number for each row of a batch and each unit of a layer. A batch is cut into chunks of rows, a chunk into panels of some units
/// (as many as a vector has, or one), and a panel is contiguous, row by row: whatever reads it, along rows or columns, reads memory in order.
/// </summary>
/// <param name="units">Columns; those up to the end of the last panel stay unused.</param>
/// <param name="chunks">Chunks there is room for.</param>
/// <param name="chunkRows">Rows of a chunk there is room for.</param>
/// <param name="width">How wide its panels are: that of weights, or, where there is but one unit, one.</param>
/// <param name="memory">Where they are.</param>
internal sealed class PanelMatrix<TVector>(int units, int chunks, int chunkRows, int width, AlignedBuffer memory)
    where TVector : struct, IVector<TVector>
{
    /// <summary>Lines of the cache that may share a place.</summary>
    private const int CacheWays = 8;

    public int Panels { get; } = PanelsOf(units, width);

    /// <summary>Rows of a chunk there is room for.</summary>
    public int ChunkRows { get; } = chunkRows;

    /// <summary>Floats from a panel to the next one of the same chunk.</summary>
    public int PanelStride { get; } = chunkRows * width;

    /// <summary>Floats from a chunk to the next.</summary>
    public int ChunkStride { get; } = ChunkLength(units, chunks, chunkRows, width);

    public static int PanelsOf(int units) => PanelsOf(units, TVector.Width);

    /// <summary>Several that the same rows have.</summary>
    public static PanelMatrix<TVector>[] AllocateMany(IReadOnlyCollection<(int Units, int Width)> of, int chunks, int chunkRows)
    {
        var memory = AlignedBuffer.AllocateMany([.. of.Select(one => chunks * ChunkLength(one.Units, chunks, chunkRows, one.Width))]);
        return [.. of.Select((one, i) => new PanelMatrix<TVector>(one.Units, chunks, chunkRows, one.Width, memory[i]))];
    }

    public ref float At(int chunk, int panel, int row = 0) => ref memory[chunk * ChunkStride + panel * PanelStride + row * width];

    /// <summary>One row's numbers in one panel.</summary>
    public Span<float> Row(int chunk, int panel, int row) => memory.Slice(chunk * ChunkStride + panel * PanelStride + row * width, width);

    /// <summary>Of many chunks an odd number of panels each: where they were a power of two apart, they would share the same few places in the cache.</summary>
    private static int ChunkLength(int units, int chunks, int chunkRows, int width) => (PanelsOf(units, width) | (chunks > CacheWays ? 1 : 0)) * chunkRows * width;

    private static int PanelsOf(int units, int width) => (units + width - 1) / width;
}
