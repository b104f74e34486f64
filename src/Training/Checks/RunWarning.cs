namespace Velodrome.Training.Checks;

/// <summary>A problem in a run's data that makes its result less reliable than it looks. The run is trained nevertheless.</summary>
/// <param name="Code">Stable identifier in camelCase, for programs: <c>leak</c>.</param>
/// <param name="Field">Path in the run's spec: <c>features[2]</c>, <c>validation</c>. Null when the warning is about the whole run.</param>
/// <param name="Message">For people: what was found, in how many rows, why it matters, and what to do.</param>
/// <param name="Rows">Number of rows concerned; null where rows can't be counted.</param>
public sealed record RunWarning(string Code, string? Field, string Message, int? Rows);
