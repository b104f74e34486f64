using Velodrome.Training.Encoding;
using static TorchSharp.torch;

namespace Velodrome.Training.Engines;

/// <summary>The tensors of one table.</summary>
/// <param name="Features">[rows, inputs].</param>
/// <param name="Targets">[rows].</param>
/// <param name="Weights">[rows]; null if all rows count the same.</param>
internal sealed record TableTensors(Tensor Features, Tensor Targets, Tensor? Weights) : IDisposable
{
    public void Dispose()
    {
        Features.Dispose();
        Targets.Dispose();
        Weights?.Dispose();
    }
}

/// <summary>Copies tables to tensors, each table once, and keeps them until it is disposed.</summary>
/// <param name="inputs">Inputs of the network.</param>
internal sealed class TorchTables(int inputs) : IDisposable
{
    private readonly Dictionary<EncodedRows, TableTensors> _tables = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="ArgumentException">The rows do not fit the network.</exception>
    public TableTensors Get(EncodedRows rows)
    {
        if (!_tables.TryGetValue(rows, out var tensors))
        {
            // libtorch ends the process, without an exception, when shapes do not fit.
            if (rows.Width != inputs || rows.Features.Length != rows.Rows * rows.Width)
            {
                throw new ArgumentException("The rows do not fit the network.");
            }

            tensors = new(
                Keep(CreateAligned(rows.Features).view(rows.Rows, rows.Width)),
                Keep(tensor(rows.Targets)),
                rows.Weights is null ? null : Keep(tensor(rows.Weights)));
            _tables.Add(rows, tensors);
        }

        return tensors;
    }

    /// <summary>
    /// Copies an array to memory of libtorch, which starts at a multiple of 64 bytes. A tensor of the array itself would start where the
    /// array does, at a multiple of 8, and the last bits of a matrix product depend on where its factors start.
    /// </summary>
    public static Tensor CreateAligned(float[] values) => tensor(values).clone();

    public void Dispose()
    {
        foreach (var table in _tables.Values)
        {
            table.Dispose();
        }
    }

    private static Tensor Keep(Tensor tensor) => tensor.DetachFromDisposeScope();
}
