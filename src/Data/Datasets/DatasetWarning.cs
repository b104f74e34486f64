using System.Text.Json.Serialization;

namespace Velodrome.Data.Datasets;

/// <summary>Something in a file that was changed, left out or guessed, or a property of a dataset that is rarely intended.</summary>
/// <param name="Code">Stable, camelCase: <c>allMissing</c>.</param>
/// <param name="Column">The column that the warning is about; null if it is about the whole file.</param>
/// <param name="Message">What was found, and what it means for training.</param>
/// <param name="Count">Number of cells, lines or columns concerned; missing where nothing can be counted.</param>
/// <param name="Examples">Some of the texts concerned; missing where there are none.</param>
public sealed record DatasetWarning(
    string Code, string? Column, string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Count = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Examples = null);
