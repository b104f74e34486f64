using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Velodrome.Training.Encoding;
using Velodrome.Training.Intervals;
using Velodrome.Training.Networks;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Models;

/// <summary>
/// An encoder and a trained network: predicts in plain C#, without libtorch and without state, so any number of threads may use it
/// at the same time. It saves to one portable JSON file.
/// </summary>
public sealed class TrainedModel
{
    private const string Format = "velodrome-model/1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

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
        _network = new(new NetworkShape(encoder.Width, network.Hidden, encoder.Target.Outputs), network.Activation, weights);
    }

    /// <summary>Converts tables to network inputs, and outputs to predictions.</summary>
    public Encoder Encoder { get; }

    /// <summary>Prediction interval, calibrated on the validation rows; null for classes.</summary>
    public ConformalInterval? Interval { get; }

    /// <summary>SHA-256 of the weights' bytes, in lower-case hexadecimal.</summary>
    public string WeightsSha256 => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(_weights)));

    /// <summary>The network's raw outputs: standardised values, or class scores.</summary>
    /// <param name="table">Contains every feature, by name and of the kind it was trained with.</param>
    /// <param name="rows">Row numbers, in the order of the result.</param>
    /// <returns>Row-major [rows, outputs].</returns>
    public float[] Outputs(Table table, int[] rows) => Outputs(Encoder.EncodeFeatures(table, rows), rows.Length);

    /// <summary>The network's raw outputs for encoded rows.</summary>
    /// <param name="features">Row-major [rows, inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>Row-major [rows, outputs].</returns>
    public float[] Outputs(float[] features, int rows) => _network.Forward(features, rows);

    /// <summary>Predicts numbers.</summary>
    /// <returns>[rows], in the target's own unit.</returns>
    /// <exception cref="InvalidOperationException">The model predicts classes.</exception>
    /// <inheritdoc cref="Outputs(Table, int[])"/>
    public double[] Values(Table table, int[] rows) => Encoder.Target is NumberTarget target
        ? Array.ConvertAll(Outputs(table, rows), target.Decode)
        : throw new InvalidOperationException("This model predicts classes.");

    /// <summary>Predicts classes.</summary>
    /// <returns>Row-major [rows, classes]; every row sums to 1.</returns>
    /// <exception cref="InvalidOperationException">The model predicts numbers.</exception>
    /// <inheritdoc cref="Outputs(Table, int[])"/>
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

    /// <summary>Serialises the model as JSON, with the weights as base64 of little-endian 32-bit floats.</summary>
    public byte[] Save() => JsonSerializer.SerializeToUtf8Bytes(
        new File(Format, Encoder, Interval, _options.Hidden, _options.Activation, MemoryMarshal.AsBytes<float>(_weights).ToArray()), Json);

    /// <summary>Reads bytes written by <see cref="Save"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a complete model file.</exception>
    public static TrainedModel Load(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var file = JsonSerializer.Deserialize<File>(bytes, Json);
            return file is { Format: Format, IsComplete: true }
                ? new(
                    file.Encoder, new NetworkOptions { Hidden = file.Hidden, Activation = file.Activation },
                    MemoryMarshal.Cast<byte, float>(file.Weights).ToArray(), file.Interval)
                : throw new InvalidDataException($"The bytes are not a complete model file of format {Format}.");
        }
        catch (Exception notJson) when (notJson is JsonException or NotSupportedException)
        {
            throw new InvalidDataException("The bytes are not a model file.", notJson);
        }
    }

    private sealed record File(
        string Format, Encoder Encoder, ConformalInterval? Interval, IReadOnlyList<int> Hidden, Activation Activation, byte[] Weights)
    {
        /// <summary>Whether no member is missing and the number of weights matches columns and layers.</summary>
        [JsonIgnore]
        public bool IsComplete =>
            Encoder is { Features: { } features, Target: not (null or ClassTarget { Classes: null or { Count: 0 } }) }
            && features.All(feature => feature is not (null or CategoryEncoding { Levels: null } or CategoryEncoding { RareLevels: null }))
            && Hidden is not null && Hidden.All(units => units is >= 1 and <= NetworkOptions.MaxUnits)
            && (Interval is null || Interval.Residuals?.Count == Math.Min(Interval.Rows, ConformalInterval.MaxResiduals))
            && Encoder.Width > 0
            && Weights?.Length == sizeof(float) * new NetworkShape(Encoder.Width, Hidden, Encoder.Target.Outputs).Parameters;
    }
}
