using Velodrome.Training.Encoding;

namespace Velodrome.Training.Engines.Simd;

/// <summary>A network in training, whatever its vectors' width.</summary>
internal interface ISimdNetwork : IDisposable
{
    /// <summary>Trains one step on a batch.</summary>
    /// <returns>The sum of the rows' losses.</returns>
    double Train(EncodedRows table, ReadOnlySpan<int> batch, double learningRate);

    /// <inheritdoc cref="IEngine.Predict"/>
    void Predict(EncodedRows table, Span<float> outputs);

    /// <inheritdoc cref="IEngine.Save"/>
    NetworkState Save();

    /// <inheritdoc cref="IEngine.Load"/>
    void Load(NetworkState state);
}
