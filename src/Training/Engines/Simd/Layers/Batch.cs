using Velodrome.Training.Encoding;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>Rows of a table that pass through a network together, and their results.</summary>
/// <param name="outputs">Outputs of the network.</param>
internal sealed class Batch(int outputs)
{
    private int[] _rows = [];
    private float[] _losses = [];
    private float[] _outputs = [];
    private CancellationToken _cancellationToken;

    /// <summary>The table that holds the rows.</summary>
    public EncodedRows Table { get; private set; } = new([], [], null, 0, 0);

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the remaining work on the batch is to be skipped. Its results are then void.</summary>
    public bool IsCancelled => _cancellationToken.IsCancellationRequested;

    /// <summary>Row numbers in the table. The caller of <see cref="Begin"/> writes them.</summary>
    public Span<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>The weighted loss of each row, after a training step.</summary>
    public Span<float> Losses => _losses.AsSpan(0, Count);

    /// <summary>Whether a training step writes <see cref="Outputs"/>.</summary>
    public bool KeepsOutputs { get; set; }

    /// <summary>The network's outputs, row-major [rows, outputs], after a prediction, and after a training step that keeps them.</summary>
    public Span<float> Outputs => _outputs.AsSpan(0, Count * outputs);

    /// <summary>Begins a batch. Allocates only if the batch is larger than all batches before it.</summary>
    public void Begin(EncodedRows table, int count, CancellationToken cancellationToken = default)
    {
        (Table, Count, _cancellationToken) = (table, count, cancellationToken);
        if (count > _rows.Length)
        {
            (_rows, _losses, _outputs) = (new int[count], new float[count], new float[count * outputs]);
        }
    }

    /// <summary>The outputs of one row.</summary>
    public Span<float> OutputsOf(int row) => _outputs.AsSpan(row * outputs, outputs);
}
