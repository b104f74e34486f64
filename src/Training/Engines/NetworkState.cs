namespace Velodrome.Training.Engines;

/// <summary>The state of a network in the middle of training, in a format that all engines share.</summary>
/// <param name="Weights">Flat parameters in the layout of the network's shape.</param>
/// <param name="Moments">The optimiser's state, each array as long as the weights: Adam's first and second moment, RMSProp's
/// mean square, SGD's momentum. Empty for SGD without momentum.</param>
/// <param name="Steps">Optimiser updates made so far.</param>
public sealed record NetworkState(float[] Weights, IReadOnlyList<float[]> Moments, long Steps);
