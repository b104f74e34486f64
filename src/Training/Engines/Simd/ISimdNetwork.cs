using Velodrome.Training.Encoding;

namespace Velodrome.Training.Engines.Simd;

/// <summary>A network in training, independent of the width of its vectors.</summary>
internal interface ISimdNetwork : IDisposable
{
    /// <summary>Trains one step on a batch.</summary>
    /// <param name="table">Contains the rows.</param>
    /// <param name="batch">Row numbers.</param>
    /// <param name="learningRate">The optimiser's step size.</param>
    /// <param name="outputs">Receives the rows' outputs before the step, see <see cref="IEngine.TrainEpoch"/>; may be empty.</param>
    /// <param name="cancellationToken">Ends a large step.</param>
    /// <returns>The sum of the rows' losses.</returns>
    /// <exception cref="OperationCanceledException">A large step was cancelled. The weights are void until the next
    /// <see cref="Load"/>.</exception>
    double Train(
        EncodedRows table, ReadOnlySpan<int> batch, double learningRate, Span<float> outputs = default,
        CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IEngine.Predict"/>
    void Predict(EncodedRows table, Span<float> outputs, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IEngine.Save"/>
    NetworkState Save();

    /// <inheritdoc cref="IEngine.Load"/>
    void Load(NetworkState state);
}
