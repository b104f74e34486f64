namespace Velodrome.Training.Encoding;

/// <summary>Rows in the form that a network is trained on.</summary>
/// <param name="Features">Row-major [Rows, Width]: standardised numbers (mean 0, deviation 1 over the training rows) and one-hot
/// categories, then the pieces of numbers.</param>
/// <param name="Targets">[Rows]: standardised numbers, or class indices, with <see cref="ClassTarget.Unseen"/> for a class that no
/// training row has.</param>
/// <param name="Weights">[Rows]: factor of each row's loss: that of its class times that of the row itself, each 1 on
/// average over the training rows. Null if all are 1.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Width">Encoded features per row.</param>
public sealed record EncodedRows(float[] Features, float[] Targets, float[]? Weights, int Rows, int Width)
{
    /// <summary>The factor of a row's loss.</summary>
    public float WeightOf(int row) => Weights is null ? 1 : Weights[row];

    /// <summary>The same rows with the first features only.</summary>
    /// <param name="width">Features to keep, at most <see cref="Width"/>.</param>
    public EncodedRows TakeFeatures(int width)
    {
        if (width == Width)
        {
            return this;
        }

        var features = new float[Rows * width];
        for (var row = 0; row < Rows; row++)
        {
            Features.AsSpan(row * Width, width).CopyTo(features.AsSpan(row * width));
        }

        return this with { Features = features, Width = width };
    }
}
