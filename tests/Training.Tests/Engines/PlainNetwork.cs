using Velodrome.Training.Encoding;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines;

/// <summary>A dense network in plain loops and double precision, written from the definitions. The engines are tested against it.</summary>
/// <param name="sizes">Inputs, hidden units, outputs.</param>
internal sealed class PlainNetwork(int[] sizes, Activation activation)
{
    /// <param name="parameters">For each layer: weights [inputs, outputs] row-major, then biases.</param>
    /// <param name="rows">Encoded rows, row-major [rows, inputs].</param>
    /// <param name="masks">For each hidden layer: a dropout mask [rows, units].</param>
    /// <returns>Row-major [rows, outputs].</returns>
    public double[] Outputs(double[] parameters, EncodedRows rows, float[][]? masks = null)
    {
        var outputs = new double[rows.Rows * sizes[^1]];
        for (var row = 0; row < rows.Rows; row++)
        {
            var values = Enumerable.Range(0, rows.Width).Select(column => (double)rows.Features[row * rows.Width + column]).ToArray();
            var at = 0;
            for (var layer = 0; layer < sizes.Length - 1; layer++)
            {
                var next = new double[sizes[layer + 1]];
                for (var unit = 0; unit < next.Length; unit++)
                {
                    next[unit] = parameters[at + sizes[layer] * next.Length + unit];
                    for (var input = 0; input < sizes[layer]; input++)
                    {
                        next[unit] += values[input] * parameters[at + input * next.Length + unit];
                    }

                    if (layer < sizes.Length - 2)
                    {
                        next[unit] = Activate(next[unit]) * (masks?[layer][row * next.Length + unit] ?? 1);
                    }
                }

                at += (sizes[layer] + 1) * next.Length;
                values = next;
            }

            values.CopyTo(outputs, row * sizes[^1]);
        }

        return outputs;
    }

    public double Loss(LossKind kind, double[] parameters, EncodedRows rows, float[][]? masks = null) =>
        Outputs(parameters, rows, masks).Chunk(sizes[^1])
            .Select((outputs, row) => (rows.Weights?[row] ?? 1.0) * LossOf(kind, outputs, rows.Targets[row])).Average();

    /// <summary>The gradient of the loss by central differences.</summary>
    public double[] Gradient(LossKind kind, double[] parameters, EncodedRows rows)
    {
        const double Step = 1e-6;
        return [.. Enumerable.Range(0, parameters.Length).Select(at =>
        {
            var (up, down) = ((double[])parameters.Clone(), (double[])parameters.Clone());
            up[at] += Step;
            down[at] -= Step;
            return (Loss(kind, up, rows) - Loss(kind, down, rows)) / (2 * Step);
        })];
    }

    private static double LossOf(LossKind kind, double[] outputs, float target)
    {
        var error = Math.Abs(outputs[0] - target);
        return kind switch
        {
            LossKind.Mse => Math.Pow(error, 2),
            LossKind.Mae => error,
            LossKind.Quantile => error * (outputs[0] > target ? 1 - Sample.Quantile : Sample.Quantile),
            LossKind.Huber => error < 1 ? 0.5 * error * error : error - 0.5,
            _ => -Math.Log(Math.Exp(outputs[(int)target]) / outputs.Sum(Math.Exp)),
        };
    }

    private double Activate(double x) => activation switch
    {
        Activation.Relu => Math.Max(x, 0),
        Activation.LeakyRelu => Math.Max(x, 0.01 * x),
        Activation.Tanh => Math.Tanh(x),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.Elu => x < 0 ? Math.Exp(x) - 1 : x,
        Activation.Gelu => x * NormalCumulative(x),
        _ => throw new ArgumentOutOfRangeException(nameof(x)),
    };

    /// <summary>The cumulative distribution of the standard normal, by Simpson's rule over its density.</summary>
    private static double NormalCumulative(double x)
    {
        const int Parts = 100;
        var h = x / Parts;
        var sum = Enumerable.Range(0, Parts + 1).Sum(i => Math.Exp(-i * h * i * h / 2) * (i is 0 or Parts ? 1 : i % 2 == 1 ? 4 : 2));
        return 0.5 + sum * h / 3 / Math.Sqrt(2 * Math.PI);
    }
}
