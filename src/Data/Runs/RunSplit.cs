namespace Velodrome.Data.Runs;

/// <summary>How many rows each part of the split has.</summary>
/// <param name="Train">Rows trained on.</param>
/// <param name="Validation">Rows that judge after every epoch.</param>
/// <param name="Test">Rows that are looked at once, after training.</param>
/// <param name="Fingerprint">Equal for two runs exactly when they used the same rows of the same data.</param>
/// <param name="Classes">For classes: how many rows each has in every part.</param>
public sealed record RunSplit(int Train, int Validation, int Test, string Fingerprint, IReadOnlyDictionary<string, ClassRows>? Classes);

/// <summary>How many rows a class has in each part of the split.</summary>
public sealed record ClassRows(int Train, int Validation, int Test);

/// <summary>Why a run failed.</summary>
/// <param name="Code">Stable, camelCase: <c>diverged</c>.</param>
/// <param name="Message">What happened, and what to try.</param>
/// <param name="Epoch">The epoch in which it happened, where it happened in one.</param>
public sealed record RunError(string Code, string Message, int? Epoch);
