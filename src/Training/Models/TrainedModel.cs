using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Velodrome.Training.Drift;
using Velodrome.Training.Encoding;
using Velodrome.Training.Intervals;
using Velodrome.Training.Networks;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Models;

/// <summary>
/// An encoder and a trained network: predicts in plain C#, without libtorch and without state, so any number of threads may use it
/// at the same time.
/// </summary>
public sealed class TrainedModel
{
    private readonly NetworkOptions _options;
    private readonly float[] _weights;
    private readonly DenseNetwork _network;

    /// <summary>Makes a model.</summary>
    /// <param name="encoder">Fitted on the run's training rows.</param>
    /// <param name="network">Hidden layers and activation.</param>
    /// <param name="weights">Flat parameters, in the layout of <see cref="NetworkShape"/>.</param>
    /// <param name="interval">Prediction interval of a number; null for classes.</param>
    public TrainedModel(Encoder encoder, NetworkOptions network, float[] weights, ConformalInterval? interval)
    {
        (Encoder, Interval, _options, _weights) = (encoder, interval, network, weights);
        Inputs = InputLayout.Of(encoder);
        _network = new(new NetworkShape(encoder.Width, network.Hidden, encoder.Target.Outputs), network.Activation, weights);
    }

    /// <summary>Converts tables to network inputs, and outputs to predictions.</summary>
    public Encoder Encoder { get; }

    /// <summary>Prediction interval, calibrated on the validation rows; null for classes.</summary>
    public ConformalInterval? Interval { get; }

    /// <summary>Counts rows to predict; null if an earlier version of the service trained the model.</summary>
    public InputLayout? Inputs { get; }

    /// <summary>Memory that the weights take.</summary>
    public long Bytes => sizeof(float) * (long)_weights.Length;

    /// <summary>SHA-256 of the weights' bytes, in lower-case hexadecimal.</summary>
    public string WeightsSha256 => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(_weights)));

    /// <summary>The network's raw outputs: standardised values, or class scores.</summary>
    /// <param name="table">Contains every feature, by name and of the kind it was trained with.</param>
    /// <param name="rows">Row numbers, in the order of the result.</param>
    /// <param name="cancellationToken">Checked between layers.</param>
    /// <returns>Row-major [rows, outputs].</returns>
    public float[] Outputs(Table table, int[] rows, CancellationToken cancellationToken = default) =>
        Outputs(Encoder.EncodeFeatures(table, rows, cancellationToken), rows.Length, cancellationToken);

    /// <summary>The network's raw outputs for encoded rows.</summary>
    /// <param name="features">Row-major [rows, inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="cancellationToken">Checked between layers.</param>
    /// <returns>Row-major [rows, outputs].</returns>
    public float[] Outputs(float[] features, int rows, CancellationToken cancellationToken = default) =>
        _network.Forward(features, rows, cancellationToken);

    /// <summary>Predicts numbers.</summary>
    /// <returns>[rows], in the target's own unit.</returns>
    /// <exception cref="InvalidOperationException">The model predicts classes.</exception>
    /// <inheritdoc cref="Outputs(Table, int[], CancellationToken)"/>
    public double[] Values(Table table, int[] rows) => Encoder.Target is NumberTarget target
        ? Array.ConvertAll(Outputs(table, rows), target.Decode)
        : throw new InvalidOperationException("This model predicts classes.");

    /// <summary>Predicts classes.</summary>
    /// <returns>Row-major [rows, classes]; every row sums to 1.</returns>
    /// <exception cref="InvalidOperationException">The model predicts numbers.</exception>
    /// <inheritdoc cref="Outputs(Table, int[], CancellationToken)"/>
    public float[] Probabilities(Table table, int[] rows)
    {
        if (Encoder.Target is not ClassTarget target)
        {
            throw new InvalidOperationException("This model predicts numbers.");
        }

        var scores = Outputs(table, rows);
        Softmax.Apply(scores, target.Outputs);
        return scores;
    }

    /// <summary>Reads the model as bytes, the weights straight from their array. See <see cref="ModelFile"/> for the format.</summary>
    public Stream OpenRead() => ModelFile.OpenRead(new(Encoder, Interval, _options.Hidden, _options.Activation), _weights);

    /// <summary>Reads a model from the bytes of <see cref="OpenRead"/>, of this version or of the one before.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a complete model file.</exception>
    public static TrainedModel Load(Stream bytes)
    {
        var (description, weights) = ModelFile.Read(bytes);
        return new(
            description.Encoder, new NetworkOptions { Hidden = description.Hidden, Activation = description.Activation }, weights,
            description.Interval);
    }
}
