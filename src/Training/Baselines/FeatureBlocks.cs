using System.Numerics.Tensors;

namespace Velodrome.Training.Baselines;

/// <summary>
/// Features a few hundred rows at a time, turned into columns of doubles that stay in the nearest cache, with a last column of
/// ones for the intercept: sums over rows and over features are then both made of whole vectors.
/// </summary>
internal ref struct FeatureBlocks(ReadOnlySpan<float> features, int rows, int width)
{
    /// <summary>Rows in a block.</summary>
    public const int Size = 256;

    /// <summary>From column to column: no power of two, which would send all columns to one place of the cache.</summary>
    private const int Stride = Size + 8;

    private readonly ReadOnlySpan<float> _features = features;
    private readonly double[] _columns = new double[(width + 1) * Stride];

    /// <summary>First row of the block.</summary>
    public int First { get; private set; } = -Size;

    /// <summary>Rows of the block.</summary>
    public int Count { get; private set; } = 0;

    /// <summary>One feature of the block's rows; the column after the last feature is all ones.</summary>
    public readonly ReadOnlySpan<double> Column(int feature) => _columns.AsSpan(feature * Stride, Count);

    /// <summary>Moves to the next block; false when there is none.</summary>
    public bool Next()
    {
        First += Size;
        Count = Math.Min(Size, rows - First);
        for (var row = 0; row < Count; row++)
        {
            var given = _features.Slice((First + row) * width, width);
            for (var feature = 0; feature < given.Length; feature++)
            {
                _columns[feature * Stride + row] = given[feature];
            }
        }

        _columns.AsSpan(width * Stride).Fill(1);
        return Count > 0;
    }

    /// <summary>The lower triangle of XᵀX, X with its column of ones; row-major [width + 1, width + 1].</summary>
    public static double[] Gram(ReadOnlySpan<float> features, int rows, int width)
    {
        var size = width + 1;
        var gram = new double[size * size];
        for (var block = new FeatureBlocks(features, rows, width); block.Next();)
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    gram[i * size + j] += TensorPrimitives.Dot(block.Column(i), block.Column(j));
                }
            }
        }

        return gram;
    }
}
