namespace Velodrome.Training.Encoding;

/// <summary>Rows as a network takes them.</summary>
/// <param name="Features">Row-major [Rows, Width]: numbers standardised (mean 0, deviation 1 over the training rows), categories one-hot.</param>
/// <param name="Targets">[Rows]: the target, standardised. Empty when the rows are only to be predicted.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Width">Encoded features per row.</param>
public sealed record EncodedRows(float[] Features, float[] Targets, int Rows, int Width);
