namespace Velodrome.Crash.Checks;

/// <summary>The result of a run that nothing disturbed. Every run of the same kind must equal it.</summary>
/// <param name="Status">The final status.</param>
/// <param name="WeightsSha256">Hash of the best epoch's weights.</param>
/// <param name="Epochs">From epoch 0 on.</param>
public sealed record GoldenRun(string Status, string? WeightsSha256, IReadOnlyList<ObservedEpoch> Epochs);
