namespace Velodrome.Training.Checks;

/// <summary>Phrases that several warnings share.</summary>
internal static class WarningText
{
    private const int MaxNames = 10;

    /// <summary>"1 row", "12 validation rows".</summary>
    public static string RowCount(int count, string kind = "") => $"{count} {kind}{(kind == "" ? "" : " ")}{(count == 1 ? "row" : "rows")}";

    /// <summary>The first ten names in quotes, and how many more there are.</summary>
    public static string Names(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MaxNames).Select(name => $"'{name}'")) +
        (names.Count > MaxNames ? $" and {names.Count - MaxNames} more" : "");
}
