using Velodrome.Training.Baselines;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;

namespace Velodrome.Training.Runs;

/// <summary>
/// Estimates the memory that a run needs at its peak, before any of it is allocated. Every product has 64 bits, so none overflows.
/// tests/Abuse compares the estimate with measured peaks (<c>--run-memory</c>).
/// </summary>
/// <param name="Inputs">Encoded features per row.</param>
/// <param name="PlainInputs">Those of the linear baseline, which has no pieces of numbers.</param>
/// <param name="Outputs">Outputs per row.</param>
/// <param name="TrainRows">Rows that are trained on.</param>
/// <param name="ValidationRows">Rows that are validated on after each epoch.</param>
/// <param name="TestRows">Rows that are evaluated at the end.</param>
/// <param name="TableBytes">Memory of the table that the rows are encoded from.</param>
/// <param name="Training">Batch size and optimiser.</param>
/// <param name="Engine">The engine that trains.</param>
/// <param name="IsWeighted">Whether rows have weights of their own.</param>
internal sealed record RunMemory(
    int Inputs, int PlainInputs, int Outputs, long TrainRows, long ValidationRows, long TestRows, long TableBytes, TrainingSpec Training,
    EngineKind Engine, bool IsWeighted = false)
{
    /// <summary>The most floats in one array: engines use 32-bit indices, some of them in bytes.</summary>
    public const long MaxFloats = (1L << 29) - (1 << 16);

    /// <summary>The engine simd pads rows of weights to a multiple of this many floats.</summary>
    private const long Padding = 32;

    /// <summary>States that training holds at the same time: the one that is being written, and earlier ones that the garbage collector
    /// has not freed yet. A state has the weights and their moments. A checkpoint is written from these arrays, without a copy.</summary>
    private const long SavedStates = 5;

    /// <summary>Arrays as long as the weights, outside the engine, at the peak: the saved states, the best weights, and the checkpoint from
    /// which a run resumes. A checkpoint also contains the best weights.</summary>
    private long CopiesOfWeights => SavedStates * (1 + Moments) + 1 + (2 + Moments);

    private long Moments => Training.Optimizer switch
    {
        OptimizerKind.Adam or OptimizerKind.AdamW => 2,
        OptimizerKind.RmsProp => 1,
        _ => Training.Momentum > 0 ? 1 : 0,
    };

    /// <summary>Rows that pass through the network at once, with the rows that pad both halves of a batch.</summary>
    private long BatchRows => Math.Min(Training.BatchSize, Math.Max(TrainRows, ValidationRows)) + 2 * 64;

    /// <summary>Bytes at the peak of the run.</summary>
    /// <param name="hidden">Units of each hidden layer.</param>
    public long Estimate(IReadOnlyList<int> hidden) => Training.Members * EngineBytes(hidden)
        + sizeof(float) * (CopiesOfWeights * Parameters(hidden) + EncodedFloats() + MemberFloats())
        + sizeof(double) * BaselineDoubles() + TableBytes;

    /// <summary>Bytes of the engine of one network: weights, moments, gradients, and the activations of a batch.</summary>
    /// <inheritdoc cref="Estimate"/>
    public long EngineBytes(IReadOnlyList<int> hidden) =>
        sizeof(float) * (Engine == EngineKind.Torch ? TorchFloats(hidden) : SimdFloats(hidden));

    /// <summary>Floats of the longest array.</summary>
    /// <inheritdoc cref="Estimate"/>
    public long LongestArray(IReadOnlyList<int> hidden) => new[]
    {
        Layers(hidden).Sum(layer => (1 + Moments) * PaddedWeights(layer)),
        Parameters(hidden),
        ActivationFloats(hidden),
        Math.Max(TrainRows, Math.Max(ValidationRows, TestRows)) * Math.Max(Inputs, Outputs),
    }.Max();

    /// <summary>Weights and biases of all layers of all networks.</summary>
    /// <inheritdoc cref="Estimate"/>
    public long Parameters(IReadOnlyList<int> hidden) =>
        Training.Members * Layers(hidden).Sum(layer => (layer.Inputs + 1) * layer.Outputs);

    /// <summary>Weights, moments, transposed weights, and the gradients of half a batch, all in padded panels. In addition, the activations
    /// of a batch and their gradients.</summary>
    private long SimdFloats(IReadOnlyList<int> hidden)
    {
        var weights = Layers(hidden).Sum(PaddedWeights);
        var gradients = Training.BatchSize > 1 ? weights + weights / Padding : 0;
        return (2 + Moments) * weights + gradients + ActivationFloats(hidden);
    }

    /// <summary>The inputs of a batch, and for each layer its outputs and their gradients. This is what two threads hold; one thread holds
    /// half of a large batch.</summary>
    private long ActivationFloats(IReadOnlyList<int> hidden) =>
        BatchRows * (Inputs + Padding + 2 * Layers(hidden).Sum(layer => layer.Outputs + Padding));

    /// <summary>Weights, moments, and gradients with everything that libtorch needs to apply them; what autograd keeps of a batch; the rows
    /// as tensors, twice while they are copied.</summary>
    private long TorchFloats(IReadOnlyList<int> hidden)
    {
        const int Gradients = 11, KeptOfUnit = 5; // measured: a little less
        var predictedRows = Math.Max(BatchRows, Math.Min(ValidationRows, 8192));
        return (1 + Moments + Gradients) * Parameters(hidden) / Training.Members
            + predictedRows * (Inputs + Layers(hidden).Sum(layer => KeptOfUnit * layer.Outputs))
            + 2 * (TrainRows + ValidationRows) * Inputs;
    }

    /// <summary>Encoded rows, what their split and their evaluation keep of each, and the outputs of models and baselines for them. The
    /// rows that are trained on are evaluated once.</summary>
    private long EncodedFloats()
    {
        const int KeptOfRow = 32, KeptOfWeight = 4; // measured: a little less; engines and baselines copy a weight
        var evaluatedRows = ValidationRows + TestRows;
        var ofBaseline = Inputs > PlainInputs ? PlainInputs : 0;
        return (TrainRows + evaluatedRows) * (Inputs + ofBaseline + KeptOfRow + (IsWeighted ? KeptOfWeight : 0))
            + (3 * TrainRows + 8 * evaluatedRows) * Outputs;
    }

    /// <summary>The outputs of each of several networks, their averages, and the order of the rows of each.</summary>
    private long MemberFloats() => Training.Members == 1
        ? 0 : (Training.Members + 1) * ((2 * (TrainRows + ValidationRows) + TestRows) * Outputs + TrainRows);

    /// <summary>The normal equations of the linear baseline, or the gradients that its logistic regression keeps.</summary>
    private long BaselineDoubles() => PlainInputs > LinearModel.MaxWidth
        ? 0 : (PlainInputs + 1L) * (PlainInputs + 1) * 2 + (PlainInputs + 1L) * Outputs * 32;

    private (long Inputs, long Outputs)[] Layers(IReadOnlyList<int> hidden) =>
        [.. Enumerable.Range(0, hidden.Count + 1).Select(i => (
            (long)(i == 0 ? Inputs : hidden[i - 1]),
            (long)(i == hidden.Count ? Outputs : hidden[i])))];

    private static long PaddedWeights((long Inputs, long Outputs) layer) => (1 + Padded(layer.Inputs)) * Padded(layer.Outputs);

    private static long Padded(long count) => (count + Padding - 1) / Padding * Padding;
}
