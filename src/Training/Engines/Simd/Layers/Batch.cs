using Velodrome.Training.Encoding;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>Rows of a table that go through a network at once, and what comes out for each.</summary>
/// <param name="outputs">Outputs of the network.</param>
internal sealed class Batch(int outputs)
{
    private int[] _rows = [];
    private float[] _losses = [];
    private float[] _outputs = [];

    /// <summary>The table they are in.</summary>
    public EncodedRows Table { get; private set; } = new([], [], null, 0, 0);

    /// <summary>How many they are.</summary>
    public int Count { get; private set; }

    /// <summary>Where they are in the table, to be written by who begins a batch.</summary>
    public Span<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Their losses, weighted, once they have been through in training.</summary>
    public Span<float> Losses => _losses.AsSpan(0, Count);

    /// <summary>What the network says about them, once they have been through in prediction.</summary>
    public Span<float> Outputs => _outputs.AsSpan(0, Count * outputs);

    /// <summary>Begins a batch; after the largest one there is no more room to make.</summary>
    public void Begin(EncodedRows table, int count)
    {
        (Table, Count) = (table, count);
        if (count > _rows.Length)
        {
            (_rows, _losses, _outputs) = (new int[count], new float[count], new float[count * outputs]);
        }
    }

    /// <summary>Outputs of one row.</summary>
    public Span<float> OutputsOf(int row) => _outputs.AsSpan(row * outputs, outputs);
}
