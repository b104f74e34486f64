namespace Velodrome.Training.Tests.Engines.Simd.Layers;

/// <summary>
/// The operations of a dense layer in plain loops and double precision, written from the definitions alone. The layers of the engine
/// <c>simd</c> are tested against it. All matrices are row-major.
/// </summary>
internal sealed class PlainLayer(int inputs, int outputs, int rows)
{
    /// <summary>y = x W + b.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="parameters">W [inputs, outputs], then b [outputs].</param>
    public double[] Forward(float[] x, float[] parameters) => Matrix(rows, outputs, (row, output) =>
        parameters[inputs * outputs + output]
        + Sum(inputs, input => (double)x[row * inputs + input] * parameters[input * outputs + output]));

    /// <summary>x̄ = ȳ Wᵀ ∘ f'.</summary>
    /// <param name="outputGradients">ȳ [rows, outputs].</param>
    /// <param name="parameters">W [inputs, outputs], then b [outputs].</param>
    /// <param name="derivatives">f' [rows, inputs].</param>
    public double[] Backward(float[] outputGradients, float[] parameters, float[] derivatives) => Matrix(rows, inputs, (row, input) =>
        derivatives[row * inputs + input]
        * Sum(outputs, output => (double)outputGradients[row * outputs + output] * parameters[input * outputs + output]));

    /// <summary>W̄ = xᵀ ȳ [inputs, outputs], then b̄ = Σ ȳ [outputs].</summary>
    public double[] Gradients(float[] x, float[] outputGradients) => Matrix(inputs + 1, outputs, (input, output) =>
        Sum(rows, row => (input < inputs ? (double)x[row * inputs + input] : 1) * outputGradients[row * outputs + output]));

    private static double[] Matrix(int rows, int columns, Func<int, int, double> element) =>
        [.. from row in Enumerable.Range(0, rows) from column in Enumerable.Range(0, columns) select element(row, column)];

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);
}
