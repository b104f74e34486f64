using Velodrome.Training.Encoding;

namespace Velodrome.Training.Engines.Simd;

/// <summary>A network in training, independent of the width of its vectors.</summary>
internal interface ISimdNetwork : IDisposable
{
    /// <summary>Trains one step on a batch.</summary>
    /// <returns>The sum of the rows' losses.</returns>
    /// <exception cref="OperationCanceledException">A large step was cancelled. The weights are void until the next
    /// <see cref="Load"/>.</exception>
    double Train(EncodedRows table, ReadOnlySpan<int> batch, double learningRate, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IEngine.Predict"/>
    void Predict(EncodedRows table, Span<float> outputs, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IEngine.Save"/>
    NetworkState Save();

    /// <inheritdoc cref="IEngine.Load"/>
    void Load(NetworkState state);
}
