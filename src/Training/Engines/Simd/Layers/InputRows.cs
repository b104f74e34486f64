using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>Copies rows of a table into a chunk of panels.</summary>
internal static class InputRows<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <param name="table">The table.</param>
    /// <param name="rows">Row numbers in the table, at most a chunk of them.</param>
    /// <param name="inputs">Receives the rows.</param>
    /// <param name="chunk">The chunk of <paramref name="inputs"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(EncodedRows table, ReadOnlySpan<int> rows, PanelMatrix<TVector> inputs, int chunk)
    {
        for (var panel = 0; panel < inputs.Panels; panel++)
        {
            CopyPanel(table, rows, panel * TVector.Width, ref inputs.At(chunk, panel));
        }
    }

    /// <summary>
    /// Copies the columns of one panel. Row numbers are random, so the loop does little per row: the processor then fetches many rows at
    /// a time. Whole vectors are faster than the exact number of floats; what they copy after the end of a row fills unused columns.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyPanel(EncodedRows table, ReadOnlySpan<int> rows, int column, ref float panel)
    {
        var (features, width, lastVector) = (table.Features, table.Width, table.Features.Length - TVector.Width);
        ref var first = ref MemoryMarshal.GetArrayDataReference(features);
        foreach (var row in rows)
        {
            var start = row * width + column;
            if (start <= lastVector)
            {
                TVector.Store(TVector.Load(ref Unsafe.Add(ref first, start)), ref panel);
            }
            else
            {
                var rest = features.AsSpan(start, Math.Min(TVector.Width, width - column));
                rest.CopyTo(MemoryMarshal.CreateSpan(ref panel, rest.Length));
            }

            panel = ref Unsafe.Add(ref panel, TVector.Width);
        }
    }
}
