using System.Text.Json.Serialization;

namespace Velodrome.Training.Tables.Reading;

/// <summary>How the cells of one column are read.</summary>
/// <param name="Name">Unique in the dataset.</param>
/// <param name="Field">Index of the column's field in each row of the file.</param>
/// <param name="Kind">The type of its values.</param>
public sealed record ColumnReading(string Name, int Field, ColumnKind Kind)
{
    /// <summary>How numbers are written; null if they have a decimal point and no other marks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NumberFormat? Number { get; init; }

    /// <summary>How dates are written, see <see cref="DateFormat"/>; null for other kinds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Format { get; init; }

    /// <summary>How true and false are written; null if they are the words true and false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BooleanWords? Boolean { get; init; }

    /// <summary>Texts that mean a missing value, in upper or lower case. An empty cell is always missing.</summary>
    public IReadOnlyList<string> Missing { get; init; } = MissingMarkers.Usual;

    /// <summary>Whether a cell that is not of the column's kind counts as missing. If not, such a cell is refused.</summary>
    public bool OtherTextIsMissing { get; init; }
}

/// <summary>Words for true and false, in upper or lower case.</summary>
public sealed record BooleanWords(IReadOnlyList<string> True, IReadOnlyList<string> False)
{
    /// <summary>All words that are recognised when a column mixes several spellings.</summary>
    public static BooleanWords All { get; } = new(
        ["true", "yes", "y", "t", "on", "1", "1.0"], ["false", "no", "n", "f", "off", "0", "0.0"]);

    /// <summary>True, false, or null for another word.</summary>
    public bool? Read(string word) =>
        True.Contains(word, StringComparer.OrdinalIgnoreCase) ? true
        : False.Contains(word, StringComparer.OrdinalIgnoreCase) ? false
        : null;
}
