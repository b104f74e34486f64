using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Velodrome.Training.Drift;
using Velodrome.Training.Encoding;
using Velodrome.Training.Intervals;
using Velodrome.Training.Networks;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Models;

/// <summary>
/// An encoder and one or several trained networks: predicts in plain C#, without libtorch and without state, so any number of threads
/// may use it at the same time.
/// </summary>
public sealed class TrainedModel
{
    private readonly NetworkOptions _options;
    private readonly float[] _weights;
    private readonly DenseNetwork[] _members;

    /// <summary>Makes a model.</summary>
    /// <param name="encoder">Fitted on the run's training rows.</param>
    /// <param name="network">Hidden layers and activation.</param>
    /// <param name="weights">Flat parameters of each network, one network after the other, in the layout of
    /// <see cref="NetworkShape"/>.</param>
    /// <param name="interval">Prediction interval of a number; null for classes.</param>
    public TrainedModel(Encoder encoder, NetworkOptions network, float[] weights, ConformalInterval? interval)
    {
        (Encoder, Interval, _options, _weights) = (encoder, interval, network, weights);
        Inputs = InputLayout.Of(encoder);
        var shape = new NetworkShape(encoder.Width, network.Hidden, encoder.Target.Outputs);
        _members = [.. Enumerable.Range(0, weights.Length / shape.Parameters).Select(member =>
            new DenseNetwork(shape, network.Activation, weights.AsMemory(member * shape.Parameters, shape.Parameters)))];
    }

    /// <summary>Converts tables to network inputs, and outputs to predictions.</summary>
    public Encoder Encoder { get; }

    /// <summary>Prediction interval, calibrated on the validation rows; null for classes.</summary>
    public ConformalInterval? Interval { get; }

    /// <summary>Counts rows to predict; null if an earlier version of the service trained the model.</summary>
    public InputLayout? Inputs { get; }

    /// <summary>Number of networks, whose outputs are averaged.</summary>
    public int Members => _members.Length;

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
    public float[] Outputs(float[] features, int rows, CancellationToken cancellationToken = default) => AveragedOutputs.Of(
        [.. _members.Select(member => member.Forward(features, rows, cancellationToken))],
        Encoder.Target is ClassTarget, Encoder.Target.Outputs);

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

    /// <summary>Computes how much the networks differ in each row.</summary>
    /// <returns>[rows]: the standard deviation of the networks' values, in the target's own unit; for classes, that of their probabilities
    /// of the class that is most probable on average. 0 for a single network.</returns>
    /// <inheritdoc cref="Outputs(Table, int[], CancellationToken)"/>
    public double[] Disagreement(Table table, int[] rows)
    {
        var features = Encoder.EncodeFeatures(table, rows, default);
        float[][] ofMembers = [.. _members.Select(member => member.Forward(features, rows.Length))];
        return Encoder.Target switch
        {
            NumberTarget target => Deviations(
                rows.Length, (member, row) => target.Decode(ofMembers[member][row])),
            var classes => DeviationsOfProbabilities(ofMembers, classes.Outputs, rows.Length),
        };
    }

    /// <summary>Reads the model as bytes, the weights straight from their array. See <see cref="ModelFile"/> for the format.</summary>
    public Stream OpenRead() => ModelFile.OpenRead(new(Encoder, Interval, _options.Hidden, _options.Activation, Members), _weights);

    /// <summary>Reads a model from the bytes of <see cref="OpenRead"/>, of this version or of the one before.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a complete model file.</exception>
    public static TrainedModel Load(Stream bytes)
    {
        var (description, weights) = ModelFile.Read(bytes);
        return new(
            description.Encoder, new NetworkOptions { Hidden = description.Hidden, Activation = description.Activation }, weights,
            description.Interval);
    }

    private double[] DeviationsOfProbabilities(float[][] scores, int classes, int rows)
    {
        var average = AveragedOutputs.Of(scores, areClassScores: true, classes);
        Array.ForEach(scores, ofMember => Softmax.Apply(ofMember, classes));
        return Deviations(rows, (member, row) => scores[member][
            row * classes + TensorPrimitives.IndexOfMax<float>(average.AsSpan(row * classes, classes))]);
    }

    private double[] Deviations(int rows, Func<int, int, double> valueOf) => [.. Enumerable.Range(0, rows).Select(row =>
    {
        double[] values = [.. Enumerable.Range(0, Members).Select(member => valueOf(member, row))];
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    })];
}
