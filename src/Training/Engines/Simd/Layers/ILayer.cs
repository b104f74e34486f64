using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>
/// One layer. x [rows, inputs] are its inputs, y [rows, outputs] its outputs, W [inputs, outputs] its weights, b [outputs] its biases;
/// x̄, ȳ, W̄ and b̄ are the gradients of the batch's mean loss by them. Forward: y = x W + b. Backward: x̄ = ȳ Wᵀ ∘ f'. Gradients:
/// W̄ = xᵀ ȳ, b̄ = Σ ȳ over the rows.
/// </summary>
internal interface ILayer<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>Width of the panels of y and ȳ.</summary>
    int OutputWidth { get; }

    /// <summary>Number of blocks that the weights are divided into. Blocks are updated one by one, in any order.</summary>
    int Blocks { get; }

    /// <summary>Floats that <see cref="AccumulateGradients"/> writes for a block.</summary>
    int GradientLength { get; }

    /// <summary>y = x W + b for one chunk.</summary>
    void Forward(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int chunk, int rows);

    /// <summary>x̄ = ȳ Wᵀ ∘ f' for one chunk, where f' is the derivative of the activation that produced x.</summary>
    /// <param name="outputGradients">ȳ.</param>
    /// <param name="inputGradients">Holds f', receives x̄.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="rows">Rows of the chunk.</param>
    /// <param name="scratch">Buffer for one panel of a chunk.</param>
    void Backward(PanelMatrix<TVector> outputGradients, PanelMatrix<TVector> inputGradients, int chunk, int rows, ref float scratch);

    /// <summary>W̄ and b̄ of one block, summed over rows that have passed forward and backward.</summary>
    /// <param name="inputs">x.</param>
    /// <param name="outputGradients">ȳ.</param>
    /// <param name="rows">Rows of all chunks together.</param>
    /// <param name="block">The block.</param>
    /// <param name="gradients">Receives <see cref="GradientLength"/> floats.</param>
    void AccumulateGradients(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputGradients, int rows, int block, ref float gradients);

    /// <summary>Updates the weights of a block. The order of the blocks does not change the result.</summary>
    /// <param name="block">The block.</param>
    /// <param name="optimizer">Turns gradients into updates.</param>
    /// <param name="gradients">What <see cref="AccumulateGradients"/> wrote.</param>
    void ApplyUpdate(int block, Optimizer<TVector> optimizer, ref float gradients);

    /// <summary>Copies the weights, or one of their moments, to the flat layout.</summary>
    /// <param name="moment">Index of the moment; -1 for the weights.</param>
    /// <param name="flat">All parameters of the network.</param>
    void Save(int moment, Span<float> flat);

    /// <summary>Copies the weights, or one of their moments, from the flat layout.</summary>
    /// <param name="moment">Index of the moment; -1 for the weights.</param>
    /// <param name="flat">All parameters of the network.</param>
    void Load(int moment, ReadOnlySpan<float> flat);
}
