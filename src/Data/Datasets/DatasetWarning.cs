namespace Velodrome.Data.Datasets;

/// <summary>Something about a dataset that is allowed but rarely intended.</summary>
/// <param name="Code">Stable, camelCase: <c>allMissing</c>.</param>
/// <param name="Column">The column that the warning is about.</param>
/// <param name="Message">What was found, and what it means for training.</param>
public sealed record DatasetWarning(string Code, string Column, string Message);
