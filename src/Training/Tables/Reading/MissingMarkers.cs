namespace Velodrome.Training.Tables.Reading;

/// <summary>Texts that mean a missing value.</summary>
public static class MissingMarkers
{
    /// <summary>Texts that mean a missing value in every column, unless its reading has others.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["NA", "N/A", "NaN", "null", "?"];

    private static readonly HashSet<string> AmongNumbers = new(StringComparer.OrdinalIgnoreCase)
    {
        "-", "--", "---", "–", "—", ".", "..", "...", "*", "none", "nil", "nul", "<na>", "n.a.", "n.a", "n/a.", "na.", "nd", "n.d.",
        "missing", "unknown", "not available", "not applicable", "#N/A", "#NA", "#N/A N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!",
        "#NAME?", "#NULL!", "inf", "+inf", "-inf", "−inf", "infinity", "+infinity", "-infinity",
        "−infinity", "∞", "+∞", "-∞", "−∞", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "\\N", "(null)", "(blank)", "k.A.",
        "0000-00-00", "0000-00-00 00:00:00",
    };

    /// <summary>Length of the longest marker, in characters.</summary>
    public const int MaxLength = 19;

    /// <summary>
    /// Whether the text means a missing value in a column whose other cells are numbers or dates. Among other texts it may be a category:
    /// "None" can be an answer to a question.
    /// </summary>
    public static bool IsAmongNumbers(ReadOnlySpan<char> text) => AmongNumbers.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text);
}
