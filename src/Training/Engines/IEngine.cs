using Velodrome.Training.Encoding;

namespace Velodrome.Training.Engines;

/// <summary>One network in training. Forward, measure the loss, backpropagate, update: the caller decides the order of rows.</summary>
public interface IEngine : IDisposable
{
    /// <summary>Outputs per row: 1 for regression, the number of classes for classification.</summary>
    int Outputs { get; }

    /// <summary>Trains one pass over <paramref name="order"/>, batch after batch; the last batch may be smaller.</summary>
    /// <param name="train">Encoded rows, row-major [rows, inputs], with targets.</param>
    /// <param name="order">Row numbers into <paramref name="train"/>, in the order of training.</param>
    /// <param name="learningRate">Size of the steps.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>Mean loss over the rows as they were trained on, in standardised target units (squared for mean squared error).</returns>
    /// <exception cref="ArgumentException">The rows do not fit the network.</exception>
    /// <exception cref="OperationCanceledException">It was asked to end; the epoch is half done.</exception>
    double TrainEpoch(EncodedRows train, ReadOnlySpan<int> order, double learningRate, CancellationToken cancellationToken);

    /// <summary>Forward pass alone: no gradient, no dropout.</summary>
    /// <param name="rows">Encoded rows, row-major [rows, inputs]; targets are not looked at.</param>
    /// <param name="outputs">Receives raw outputs, row-major [rows, outputs].</param>
    /// <exception cref="ArgumentException">The rows do not fit the network, or the outputs not the rows.</exception>
    void Predict(EncodedRows rows, Span<float> outputs);

    /// <summary>A copy of all that training on needs.</summary>
    NetworkState Save();

    /// <summary>Goes on from a saved state, exactly.</summary>
    /// <exception cref="ArgumentException">The state is of another network or optimiser.</exception>
    void Load(NetworkState state);
}
