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
/// What predicts: an encoder and a network's weights. Plain C#, without libtorch, without state; any number of threads may
/// predict at once. Saves to one portable JSON file.
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

    /// <param name="encoder">Fitted on the run's training rows.</param>
    /// <param name="network">Hidden layers and activation.</param>
    /// <param name="weights">Flat parameters, in the layout of <see cref="NetworkShape"/>.</param>
    /// <param name="interval">How far off its numbers are; null for classes.</param>
    public TrainedModel(Encoder encoder, NetworkOptions network, float[] weights, ConformalInterval? interval)
    {
        (Encoder, Interval, _options, _weights) = (encoder, interval, network, weights);
        _network = new(new NetworkShape(encoder.Width, network.Hidden, encoder.Target.Outputs), network.Activation, weights);
    }

    public Encoder Encoder { get; }

    /// <summary>How far off predicted numbers are, told from the validation rows; null for classes.</summary>
    public ConformalInterval? Interval { get; }

    /// <summary>SHA-256 of the weights' bytes, lower-case hexadecimal.</summary>
    public string WeightsSha256 => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(_weights)));

    /// <summary>The network's raw outputs: standardised values, or class scores.</summary>
    /// <param name="table">Holds every feature, by name and of the kind it was trained with.</param>
    /// <param name="rows">Which rows.</param>
    /// <returns>Row-major [rows, outputs].</returns>
    public float[] Outputs(Table table, int[] rows) => Outputs(Encoder.EncodeFeatures(table, rows), rows.Length);

    /// <summary>The network's raw outputs for rows that are encoded already.</summary>
    /// <param name="features">Row-major [rows, inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>Row-major [rows, outputs].</returns>
    public float[] Outputs(float[] features, int rows) => _network.Forward(features, rows);

    /// <summary>Predicts numbers.</summary>
    /// <returns>One value per row, in the target's own units.</returns>
    /// <exception cref="InvalidOperationException">The target is learnt as classes.</exception>
    /// <inheritdoc cref="Outputs(Table, int[])"/>
    public double[] Values(Table table, int[] rows) => Encoder.Target is NumberTarget target
        ? Array.ConvertAll(Outputs(table, rows), target.Decode)
        : throw new InvalidOperationException("This model predicts classes.");

    /// <summary>Predicts classes.</summary>
    /// <returns>Row-major [rows, classes], each row adding up to 1.</returns>
    /// <exception cref="InvalidOperationException">The target is learnt as a number.</exception>
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

    /// <summary>The model as one file: JSON, the weights as base64 of little-endian 32-bit floats.</summary>
    public byte[] Save() => JsonSerializer.SerializeToUtf8Bytes(
        new File(Format, Encoder, Interval, _options.Hidden, _options.Activation, MemoryMarshal.AsBytes<float>(_weights).ToArray()), Json);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such a file.</exception>
    public static TrainedModel Load(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var file = JsonSerializer.Deserialize<File>(bytes, Json);
            return file is { Format: Format, Fits: true }
                ? new(file.Encoder, new NetworkOptions { Hidden = file.Hidden, Activation = file.Activation }, MemoryMarshal.Cast<byte, float>(file.Weights).ToArray(), file.Interval)
                : throw new InvalidDataException($"The bytes are not a whole model file of the format {Format}.");
        }
        catch (Exception notJson) when (notJson is JsonException or NotSupportedException)
        {
            throw new InvalidDataException("The bytes are not a model file.", notJson);
        }
    }

    private sealed record File(
        string Format, Encoder Encoder, ConformalInterval? Interval, IReadOnlyList<int> Hidden, Activation Activation, byte[] Weights)
    {
        /// <summary>Whether nothing is missing, and there are as many weights as the columns and layers ask for.</summary>
        [JsonIgnore]
        public bool Fits =>
            Encoder is { Features: { } features, Target: not (null or ClassTarget { Classes: null or { Count: 0 } }) }
            && features.All(feature => feature is not (null or CategoryEncoding { Levels: null } or CategoryEncoding { RareLevels: null }))
            && Hidden is not null && Hidden.All(units => units is >= 1 and <= NetworkOptions.MaxUnits)
            && (Interval is null || Interval.Residuals?.Count == Math.Min(Interval.Rows, ConformalInterval.Kept))
            && Encoder.Width > 0 && Weights?.Length == sizeof(float) * new NetworkShape(Encoder.Width, Hidden, Encoder.Target.Outputs).Parameters;
    }
}
