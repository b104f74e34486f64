namespace Velodrome.Training.Engines.Simd;

/// <summary>
/// One number for each row of a batch and each unit of a layer. A batch is cut into chunks of rows, a chunk into panels as wide as
/// two vectors, and a panel is contiguous, row by row: whatever reads it, along rows or columns, reads memory in order.
/// </summary>
/// <param name="units">Columns; those up to the end of the last panel stay unused.</param>
/// <param name="chunks">Chunks there is room for.</param>
/// <param name="chunkRows">Rows of a chunk.</param>
internal sealed class Values<TVector>(int units, int chunks, int chunkRows)
    where TVector : struct, IVector<TVector>
{
    /// <summary>Lines of the cache that may share a place.</summary>
    private const int Ways = 8;

    private readonly Memory _memory = new(chunks * ChunkLength(units, chunks, chunkRows));

    public static int Panel => 2 * TVector.Width;

    public int Panels { get; } = PanelsOf(units);

    /// <summary>Floats from a panel to the next one of the same chunk.</summary>
    public int NextPanel { get; } = chunkRows * Panel;

    /// <summary>Floats from a chunk to the next.</summary>
    public int NextChunk { get; } = ChunkLength(units, chunks, chunkRows);

    public static int PanelsOf(int units) => (units + Panel - 1) / Panel;

    public ref float At(int chunk, int panel, int row = 0) => ref _memory[chunk * NextChunk + panel * NextPanel + row * Panel];

    /// <summary>One row's numbers in one panel.</summary>
    public Span<float> Row(int chunk, int panel, int row) => _memory.Slice(chunk * NextChunk + panel * NextPanel + row * Panel, Panel);

    /// <summary>Of many chunks an odd number of panels each: where they were a power of two apart, they would share the same few places in the cache.</summary>
    private static int ChunkLength(int units, int chunks, int chunkRows) => (PanelsOf(units) | (chunks > Ways ? 1 : 0)) * chunkRows * Panel;
}
