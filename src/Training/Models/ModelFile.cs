using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
using Velodrome.Training.Intervals;
using Velodrome.Training.Networks;
using Velodrome.Training.Serialization;

namespace Velodrome.Training.Models;

/// <summary>
/// The bytes of a model. Version 2 is <c>VLM2</c>, the length of a JSON document, the document, and the weights: little-endian 32-bit
/// integer and floats. Version 1 is one JSON document that contains the weights as base64; it is still read.
/// </summary>
internal static class ModelFile
{
    private const int Magic = 0x324D4C56; // "VLM2"
    private const string FirstFormat = "velodrome-model/1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a model as bytes of version 2, without a copy of the weights.</summary>
    public static Stream OpenRead(Description description, float[] weights)
    {
        var document = JsonSerializer.SerializeToUtf8Bytes(description, Json);
        return new ArrayStream(new[] { Magic, document.Length }, document, weights);
    }

    /// <summary>Reads bytes of either version, to their end.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a complete model file.</exception>
    public static (Description Description, float[] Weights) Read(Stream bytes)
    {
        try
        {
            var start = new byte[sizeof(int)];
            bytes.ReadExactly(start);
            return MemoryMarshal.Read<int>(start) == Magic ? ReadSecond(bytes) : ReadFirst(start, bytes);
        }
        catch (Exception notModel) when (notModel is JsonException or NotSupportedException or EndOfStreamException or OverflowException)
        {
            throw new InvalidDataException("The bytes are not a model file.", notModel);
        }
    }

    private static (Description Description, float[] Weights) ReadSecond(Stream bytes)
    {
        using var reader = new BinaryReader(bytes, System.Text.Encoding.UTF8, leaveOpen: true);
        var length = reader.ReadInt32();
        var document = reader.ReadBytes(length >= 0 ? length : throw Incomplete());
        if (JsonSerializer.Deserialize<Description>(document, Json) is not { IsComplete: true } description)
        {
            throw Incomplete();
        }

        var weights = new float[description.Weights];
        bytes.ReadExactly(MemoryMarshal.AsBytes(weights.AsSpan()));
        return bytes.ReadByte() < 0 ? (description, weights) : throw Incomplete();
    }

    private static (Description Description, float[] Weights) ReadFirst(byte[] start, Stream rest)
    {
        using var whole = new MemoryStream();
        whole.Write(start);
        rest.CopyTo(whole);
        var file = JsonSerializer.Deserialize<FirstFile>(whole.GetBuffer().AsSpan(0, (int)whole.Length), Json);
        return file is { Format: FirstFormat, Description: { IsComplete: true } description, Weights: { } weights }
            && weights.Length == sizeof(float) * description.Weights
                ? (description, MemoryMarshal.Cast<byte, float>(weights).ToArray())
                : throw Incomplete();
    }

    private static InvalidDataException Incomplete() =>
        new($"The bytes are not a complete model file of version 2 or of format {FirstFormat}.");

    /// <summary>Everything but the weights.</summary>
    /// <param name="Encoder">Converts tables to network inputs, and outputs to predictions.</param>
    /// <param name="Interval">Prediction interval of a number.</param>
    /// <param name="Hidden">Units of each hidden layer.</param>
    /// <param name="Activation">Applied after every hidden layer.</param>
    /// <param name="Members">Number of networks. Files of single networks may leave it out.</param>
    internal sealed record Description(
        Encoder Encoder, ConformalInterval? Interval, IReadOnlyList<int> Hidden, Activation Activation, int Members = 1)
    {
        /// <summary>Whether no member is missing.</summary>
        [JsonIgnore]
        public bool IsComplete =>
            Encoder is { Features: { } features, Target: not (null or ClassTarget { Classes: null or { Count: 0 } }) }
            && features.All(feature => feature is not (null or CategoryEncoding { Levels: null } or CategoryEncoding { RareLevels: null }))
            && features.All(feature => feature.HasCompleteCounts)
            && features.OfType<NumberEncoding>().All(number => number is
            { Pieces: null or { IsComplete: true }, Reach: null or > 0, Cycles: not null })
            && Hidden is not null && Hidden.All(units => units is >= 1 and <= NetworkOptions.MaxUnits)
            && (Interval is null || Interval.Residuals?.Count == Math.Min(Interval.Rows, ConformalInterval.MaxResiduals))
            && Members is >= 1 and <= TrainingOptions.MaxMembers
            && Encoder.Width > 0;

        /// <summary>How many weights the networks need.</summary>
        [JsonIgnore]
        public int Weights => checked(Members * new NetworkShape(Encoder.Width, Hidden, Encoder.Target.Outputs).Parameters);
    }

    private sealed record FirstFile(
        string Format, Encoder Encoder, ConformalInterval? Interval, IReadOnlyList<int> Hidden, Activation Activation, byte[]? Weights)
    {
        [JsonIgnore]
        public Description Description => new(Encoder, Interval, Hidden, Activation);
    }
}
