namespace Velodrome.Training.Checks;

/// <summary>Words that several messages share.</summary>
internal static class Wording
{
    private const int Named = 10;

    public static string Rows(int count, string kind = "") => $"{count} {kind}{(kind == "" ? "" : " ")}{(count == 1 ? "row" : "rows")}";

    /// <summary>The first names in quotes, and how many more there are.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Named).Select(name => $"'{name}'")) + (names.Count > Named ? $" and {names.Count - Named} more" : "");
}
