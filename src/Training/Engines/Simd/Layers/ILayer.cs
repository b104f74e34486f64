using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>One layer: y = b + x W forward, x̄ = ȳ Wᵀ back, W̄ = xᵀ ȳ and b̄ = Σ ȳ for the step.</summary>
internal interface ILayer<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>Numbers of one row that lie side by side in y and ȳ.</summary>
    int OutputWidth { get; }

    /// <summary>Parts of the weights that are learnt one by one, in any order.</summary>
    int Blocks { get; }

    /// <summary>Floats that <see cref="AccumulateGradients"/> writes.</summary>
    int GradientLength { get; }

    /// <summary>y = b + x W for the rows of one chunk.</summary>
    void Forward(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int chunk, int rows);

    /// <summary>x̄ = ȳ Wᵀ ∘ f'(x) for the rows of one chunk.</summary>
    /// <param name="outputs">ȳ.</param>
    /// <param name="inputs">Holds f'(x), receives x̄.</param>
    /// <param name="chunk">Which rows.</param>
    /// <param name="rows">How many.</param>
    /// <param name="scratch">Room for one panel of a chunk.</param>
    void Backward(PanelMatrix<TVector> outputs, PanelMatrix<TVector> inputs, int chunk, int rows, ref float scratch);

    /// <summary>The gradients of one block over rows that have been forward and back.</summary>
    /// <param name="inputs">x.</param>
    /// <param name="outputs">ȳ.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="block">Which.</param>
    /// <param name="gradients">Receives <see cref="GradientLength"/>.</param>
    void AccumulateGradients(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int rows, int block, ref float gradients);

    /// <summary>Learns from what <see cref="AccumulateGradients"/> has found: whatever the order of blocks, the same bits.</summary>
    void ApplyUpdate(int block, Optimizer<TVector> optimizer, ref float gradients);

    /// <summary>Writes the weights, or one of their running figures, into the flat layout.</summary>
    /// <param name="moment">-1 for the weights.</param>
    /// <param name="flat">All parameters of the network.</param>
    void Save(int moment, Span<float> flat);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="moment">-1 for the weights.</param>
    /// <param name="flat">All parameters of the network.</param>
    void Load(int moment, ReadOnlySpan<float> flat);
}
