using System.Numerics.Tensors;

namespace Velodrome.Training.Baselines;

/// <summary>Solves symmetric positive definite systems: A = L Lᵀ (Golub and Van Loan, Matrix Computations, 4.2).</summary>
internal sealed class Cholesky
{
    private readonly double[] _lower;
    private readonly int _size;

    /// <summary>Factors a matrix.</summary>
    /// <param name="matrix">Row-major [size, size], positive definite. Only the lower triangle is read; it is overwritten with L.</param>
    /// <param name="size">Number of rows and columns.</param>
    /// <param name="cancellationToken">Checked before each row.</param>
    public Cholesky(double[] matrix, int size, CancellationToken cancellationToken = default)
    {
        (_lower, _size) = (matrix, size);
        for (var i = 0; i < size; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var j = 0; j < i; j++)
            {
                Row(i)[j] = (Row(i)[j] - TensorPrimitives.Dot<double>(Row(i)[..j], Row(j)[..j])) / Row(j)[j];
            }

            Row(i)[i] = Math.Sqrt(Row(i)[i] - TensorPrimitives.SumOfSquares<double>(Row(i)[..i]));
        }
    }

    /// <summary>Replaces b by the solution x of A x = b.</summary>
    /// <param name="b">[size].</param>
    public void Solve(Span<double> b)
    {
        for (var i = 0; i < _size; i++)
        {
            b[i] = (b[i] - TensorPrimitives.Dot<double>(Row(i)[..i], b[..i])) / Row(i)[i];
        }

        for (var i = _size - 1; i >= 0; i--)
        {
            b[i] /= Row(i)[i];
            TensorPrimitives.MultiplyAdd(Row(i)[..i], -b[i], b[..i], b[..i]);
        }
    }

    private Span<double> Row(int i) => _lower.AsSpan(i * _size, _size);
}
