namespace Velodrome.Training.Encoding;

/// <summary>Rows in the form that a network is trained on.</summary>
/// <param name="Features">Row-major [Rows, Width]: standardised numbers (mean 0, deviation 1 over the training rows) and one-hot
/// categories.</param>
/// <param name="Targets">[Rows]: standardised numbers, or class indices, with <see cref="ClassTarget.Unseen"/> for a class that no
/// training row has.</param>
/// <param name="Weights">[Rows]: factor of each row's loss, 1 on average over the training rows; null if all are 1.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Width">Encoded features per row.</param>
public sealed record EncodedRows(float[] Features, float[] Targets, float[]? Weights, int Rows, int Width)
{
    /// <summary>The factor of a row's loss.</summary>
    public float WeightOf(int row) => Weights is null ? 1 : Weights[row];
}
