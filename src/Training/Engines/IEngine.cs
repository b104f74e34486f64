using Velodrome.Training.Encoding;

namespace Velodrome.Training.Engines;

/// <summary>One network in training: forward, loss, backward, update. The caller decides the order of the rows.</summary>
public interface IEngine : IDisposable
{
    /// <summary>Outputs per row: 1 for regression, the number of classes for classification.</summary>
    int Outputs { get; }

    /// <summary>Trains one pass over <paramref name="order"/>, batch by batch. The last batch may be smaller.</summary>
    /// <param name="train">Encoded rows, row-major [rows, inputs], with targets.</param>
    /// <param name="order">Row numbers in <paramref name="train"/>, in training order.</param>
    /// <param name="learningRateOf">The optimiser's step size for each batch, counted from 0.</param>
    /// <param name="cancellationToken">Checked between batches, and between the layers of a large batch. A cancelled batch may leave some
    /// weights updated and others not: <see cref="Load"/> a state before training on.</param>
    /// <param name="outputs">Receives the raw outputs of each row, row-major [rows, outputs], from which its loss was computed; empty if
    /// nobody needs them.</param>
    /// <returns>Mean training loss over the rows, in standardised target units (squared for mean squared error). The loss of a row is
    /// computed when its batch is trained: before the batch's update, and with dropout.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the network, or the outputs do not fit the rows.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled within the epoch.</exception>
    double TrainEpoch(
        EncodedRows train, ReadOnlySpan<int> order, Func<int, double> learningRateOf, CancellationToken cancellationToken,
        Span<float> outputs = default);

    /// <summary>The forward pass alone, without gradients and dropout.</summary>
    /// <param name="rows">Encoded rows, row-major [rows, inputs]. Targets are ignored.</param>
    /// <param name="outputs">Receives raw outputs, row-major [rows, outputs].</param>
    /// <param name="cancellationToken">Checked between the layers of a large table.</param>
    /// <exception cref="ArgumentException">The rows do not fit the network, or the outputs do not fit the rows.</exception>
    /// <exception cref="OperationCanceledException">The outputs are not complete.</exception>
    void Predict(EncodedRows rows, Span<float> outputs, CancellationToken cancellationToken = default);

    /// <summary>Copies everything that training needs to continue.</summary>
    NetworkState Save();

    /// <summary>Restores a saved state. The results are bit-for-bit those of training without a break.</summary>
    /// <exception cref="ArgumentException">The state belongs to another network or optimiser.</exception>
    void Load(NetworkState state);
}
