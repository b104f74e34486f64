namespace Velodrome.Training.Checks;

/// <summary>Something about a run's data that makes its result mean less than it seems. The run goes on.</summary>
/// <param name="Code">Stable, camelCase, for programs: <c>leak</c>.</param>
/// <param name="Field">Path in the run's spec: <c>features[2]</c>, <c>validation</c>. Null when it is the run as a whole.</param>
/// <param name="Message">For people: what was found, in how many rows, why it matters, what to do.</param>
/// <param name="Rows">How many rows it concerns; null where rows can't be counted.</param>
public sealed record RunWarning(string Code, string? Field, string Message, int? Rows);
