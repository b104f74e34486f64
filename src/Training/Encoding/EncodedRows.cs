namespace Velodrome.Training.Encoding;

/// <summary>Rows as a network takes them.</summary>
/// <param name="Features">Row-major [Rows, Width]: numbers standardised (mean 0, deviation 1 over the training rows), categories one-hot.</param>
/// <param name="Targets">[Rows]: the target, standardised; for classes their index, -1 for a class that training never saw.</param>
/// <param name="Weights">[Rows]: what each row's loss counts, 1 on average over the training rows; null where all count 1.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Width">Encoded features per row.</param>
public sealed record EncodedRows(float[] Features, float[] Targets, float[]? Weights, int Rows, int Width)
{
    public float WeightOf(int row) => Weights is null ? 1 : Weights[row];
}
