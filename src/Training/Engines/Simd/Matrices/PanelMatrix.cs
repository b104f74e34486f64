using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Engines.Simd.Matrices;

/// <summary>
/// A matrix [rows, units] in panels. The rows are divided into chunks, and the units of a chunk into panels of <paramref name="width"/>
/// units. A panel is contiguous, row by row, so code that walks along rows or columns reads memory in order. See LAYOUT.md.
/// </summary>
/// <param name="units">Columns. The last panel may have unused columns after them.</param>
/// <param name="chunks">Capacity in chunks.</param>
/// <param name="chunkRows">Capacity of a chunk in rows.</param>
/// <param name="width">Units of a panel: the vector's width, or 1 for the output of a <c>ScalarLayer</c>.</param>
/// <param name="buffer">Holds the matrix.</param>
internal sealed class PanelMatrix<TVector>(int units, int chunks, int chunkRows, int width, AlignedBuffer buffer)
    where TVector : struct, IVector<TVector>
{
    /// <summary>Cache lines that can share one set of the nearest cache.</summary>
    private const int CacheWays = 8;

    /// <summary>Panels of a chunk.</summary>
    public int Panels { get; } = CountPanels(units, width);

    /// <summary>Capacity of a chunk in rows.</summary>
    public int ChunkRows { get; } = chunkRows;

    /// <summary>Floats from one panel to the next in the same chunk.</summary>
    public int PanelStride { get; } = chunkRows * width;

    /// <summary>Floats from one chunk to the next.</summary>
    public int ChunkStride { get; } = ChunkLength(units, chunks, chunkRows, width);

    /// <summary>Number of panels, each as wide as a vector, that a layer's units need.</summary>
    public static int CountPanels(int units) => CountPanels(units, TVector.Width);

    /// <summary>Allocates several matrices with the same rows.</summary>
    public static PanelMatrix<TVector>[] AllocateMany(IReadOnlyCollection<(int Units, int Width)> sizes, int chunks, int chunkRows)
    {
        var lengths = sizes.Select(size => chunks * ChunkLength(size.Units, chunks, chunkRows, size.Width));
        var buffers = AlignedBuffer.AllocateMany([.. lengths]);
        return [.. sizes.Select((size, i) => new PanelMatrix<TVector>(size.Units, chunks, chunkRows, size.Width, buffers[i]))];
    }

    public ref float At(int chunk, int panel, int row = 0) => ref buffer[chunk * ChunkStride + panel * PanelStride + row * width];

    /// <summary>One row of one panel.</summary>
    public Span<float> Row(int chunk, int panel, int row) => buffer.Slice(chunk * ChunkStride + panel * PanelStride + row * width, width);

    /// <summary>
    /// With many chunks, a chunk has an odd number of panels: chunks a power of two apart would compete for the same sets of the cache.
    /// </summary>
    private static int ChunkLength(int units, int chunks, int chunkRows, int width) =>
        (CountPanels(units, width) | (chunks > CacheWays ? 1 : 0)) * chunkRows * width;

    private static int CountPanels(int units, int width) => (units + width - 1) / width;
}
