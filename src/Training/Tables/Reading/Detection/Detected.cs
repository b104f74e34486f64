namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>How certain a detected property is.</summary>
public enum Certainty
{
    /// <summary>The request says so, or the file does, in a format whose values have types.</summary>
    Given,

    /// <summary>No other reading fits.</summary>
    Certain,

    /// <summary>Another reading is possible but unusual.</summary>
    Likely,

    /// <summary>Another reading is just as possible, so the caller should check it.</summary>
    Guess,
}

/// <summary>A property of a file with the reason for it.</summary>
/// <param name="Value">The property, as an option would set it.</param>
/// <param name="Certainty">How certain it is.</param>
/// <param name="Reason">What in the file shows it.</param>
public sealed record Detected<T>(T Value, Certainty Certainty, string Reason);

/// <summary>Something in a file that was changed, left out or guessed.</summary>
/// <param name="Code">Stable, camelCase: <c>cellsCountAsMissing</c>.</param>
/// <param name="Column">The column; null if it is about the whole file.</param>
/// <param name="Message">What was found, and how to have it read in another way.</param>
/// <param name="Count">Number of cells, lines or columns concerned; null where nothing can be counted.</param>
/// <param name="Examples">Some of the texts concerned.</param>
public sealed record ReadingNote(string Code, string? Column, string Message, int? Count = null, IReadOnlyList<string>? Examples = null);
