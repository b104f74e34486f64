using System.Numerics.Tensors;

namespace Velodrome.Training.Baselines;

/// <summary>
/// Iterates over features in blocks of rows. A block is transposed into columns of doubles that fit in the first-level cache, so that
/// sums over rows and sums over features are both vectorised. A last column of ones is for the intercept. With weights, every row is
/// multiplied by the root of its weight, so that products of two columns are weighted.
/// </summary>
internal ref struct FeatureBlocks(
    ReadOnlySpan<float> features, int rows, int width, CancellationToken cancellationToken, ReadOnlySpan<float> weights = default)
{
    /// <summary>Number of rows in a full block.</summary>
    public const int Size = 256;

    /// <summary>Distance between columns. It is not a power of two, so that columns don't map to the same cache sets.</summary>
    private const int Stride = Size + 8;

    private readonly ReadOnlySpan<float> _features = features;
    private readonly ReadOnlySpan<float> _weights = weights;
    private readonly double[] _columns = new double[(width + 1) * Stride];

    /// <summary>Row number of the block's first row.</summary>
    public int First { get; private set; } = -Size;

    /// <summary>Number of rows in the current block.</summary>
    public int Count { get; private set; } = 0;

    /// <summary>One feature of the block's rows; the column after the last feature is all ones, or the roots of the
    /// weights.</summary>
    public readonly ReadOnlySpan<double> Column(int feature) => _columns.AsSpan(feature * Stride, Count);

    /// <summary>Moves to the next block; returns false when there is none.</summary>
    /// <exception cref="OperationCanceledException">The iteration was cancelled.</exception>
    public bool Next()
    {
        cancellationToken.ThrowIfCancellationRequested();
        First += Size;
        Count = Math.Min(Size, rows - First);
        for (var row = 0; row < Count; row++)
        {
            var source = _features.Slice((First + row) * width, width);
            for (var feature = 0; feature < source.Length; feature++)
            {
                _columns[feature * Stride + row] = source[feature];
            }
        }

        _columns.AsSpan(width * Stride).Fill(1);
        if (_weights.Length > 0 && Count > 0)
        {
            MultiplyByRoots(_columns.AsSpan(width * Stride, Count));
        }

        return Count > 0;
    }

    private readonly void MultiplyByRoots(Span<double> roots)
    {
        TensorPrimitives.ConvertSaturating(_weights.Slice(First, Count), roots);
        TensorPrimitives.Sqrt(roots, roots);
        for (var feature = 0; feature < width; feature++)
        {
            var column = _columns.AsSpan(feature * Stride, Count);
            TensorPrimitives.Multiply(column, roots, column);
        }
    }

    /// <summary>The lower triangle of XᵀWX, where X includes the column of ones, and W has the weights or ones; row-major
    /// [width + 1, width + 1].</summary>
    public static double[] Gram(
        ReadOnlySpan<float> features, int rows, int width, CancellationToken cancellationToken, ReadOnlySpan<float> weights = default)
    {
        var size = width + 1;
        var gram = new double[size * size];
        for (var block = new FeatureBlocks(features, rows, width, cancellationToken, weights); block.Next();)
        {
            for (var i = 0; i < size; i++)
            {
                cancellationToken.ThrowIfCancellationRequested(); // a block of 2,000 features takes a second on a busy processor
                for (var j = 0; j <= i; j++)
                {
                    gram[i * size + j] += TensorPrimitives.Dot(block.Column(i), block.Column(j));
                }
            }
        }

        return gram;
    }
}
