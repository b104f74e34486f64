namespace Velodrome.Abuse.Attacks;

/// <summary>Tables and requests that attacks use.</summary>
internal static class Tables
{
    public const string Lesson = """
        { "dataset": "study-hours", "target": "score", "validation": { "split": "last", "fraction": 0.25 }, "training": { "epochs": 20 } }
        """;

    /// <summary>A run of the lesson's table with hidden layers of 4,096 units.</summary>
    public static string LargeNetwork(int layers) => $$"""
        { "dataset": "study-hours", "target": "score", "validation": { "split": "last", "fraction": 0.25 },
          "network": { "hidden": [{{string.Join(", ", Enumerable.Repeat(4096, layers))}}] }, "training": { "epochs": 2 } }
        """;

    /// <summary>Numbers that a network can learn something from, with the columns x0, x1, … and y.</summary>
    public static string Numbers(int rows, int columns) =>
        string.Join(',', Enumerable.Range(0, columns).Select(column => $"x{column}")) + ",y\n" +
        string.Concat(Enumerable.Range(0, rows).Select(row =>
            string.Concat(Enumerable.Range(0, columns).Select(column => $"{(row * 31 + column * 17) % 1009 / 100.0},")) + $"{row % 97}\n"));

    public static string Row(int columns, string value) => string.Join(',', Enumerable.Repeat(value, columns)) + "\n";
}
