using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Velodrome.Training.Encoding;
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
    public TrainedModel(Encoder encoder, NetworkOptions network, float[] weights)
    {
        (Encoder, _options, _weights) = (encoder, network, weights);
        _network = new(new NetworkShape(encoder.Width, network.Hidden, outputs: 1), network.Activation, weights);
    }

    public Encoder Encoder { get; }

    /// <summary>Predicts rows.</summary>
    /// <param name="table">Holds every feature, by name and of the kind it was trained with.</param>
    /// <param name="rows">Which rows.</param>
    /// <returns>One value per row, in the target's own units.</returns>
    public double[] Predict(Table table, ReadOnlySpan<int> rows) => Array.ConvertAll(Outputs(table, rows), Encoder.Target.Decode);

    /// <summary>The network's raw outputs, row-major [rows, outputs], standardised.</summary>
    /// <inheritdoc cref="Predict"/>
    public float[] Outputs(Table table, ReadOnlySpan<int> rows) => _network.Forward(Encoder.EncodeFeatures(table, rows), rows.Length);

    /// <summary>The model as one file: JSON, the weights as base64 of little-endian 32-bit floats.</summary>
    public byte[] Save() => JsonSerializer.SerializeToUtf8Bytes(
        new File(Format, Encoder, _options.Hidden, _options.Activation, MemoryMarshal.AsBytes<float>(_weights).ToArray()), Json);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such a file.</exception>
    public static TrainedModel Load(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var file = JsonSerializer.Deserialize<File>(bytes, Json) ?? throw new JsonException();
            if (file.Format == Format && (file.Encoder is not { Features: { } features, Target: not null } || features.Any(feature => feature is null or CategoryEncoding { Levels: null })
                || file.Hidden is null || file.Hidden.Any(units => units is < 1 or > 4096) || file.Weights is null
                || file.Weights.Length != 4 * new NetworkShape(file.Encoder.Width, file.Hidden, 1).Parameters))
            {
                throw new InvalidDataException("The parts of the model file do not fit.");
            }

            return file.Format == Format
                ? new(file.Encoder, new NetworkOptions { Hidden = file.Hidden, Activation = file.Activation }, MemoryMarshal.Cast<byte, float>(file.Weights).ToArray())
                : throw new InvalidDataException($"A model of the format '{file.Format}' can't be read; this version reads {Format}.");
        }
        catch (Exception notJson) when (notJson is JsonException or NotSupportedException)
        {
            throw new InvalidDataException("The bytes are not a model file.", notJson);
        }
    }

    private sealed record File(string Format, Encoder Encoder, IReadOnlyList<int> Hidden, Activation Activation, byte[] Weights);
}
