using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>What is looked at before a run starts: its table, and which rows do what.</summary>
/// <param name="Table">Holds the features and the target.</param>
/// <param name="Features">Names, in the spec's order.</param>
/// <param name="Target">Name of the column to predict.</param>
/// <param name="PredictsClasses">Whether the target's values are classes rather than numbers.</param>
/// <param name="Train">Row numbers, ascending, each with a target; so are those of the other parts.</param>
/// <param name="Validation">Row numbers that judge.</param>
/// <param name="Test">Row numbers that are looked at once, or null.</param>
/// <param name="SplitsLast">Whether the validation rows are the last ones of the table's order.</param>
public sealed record Submission(
    Table Table, IReadOnlyList<string> Features, string Target, bool PredictsClasses, int[] Train, int[] Validation, int[]? Test, bool SplitsLast)
{
    internal Column TargetColumn { get; } = Table.Find(Target)!;

    /// <summary>The features, each with its path in the spec.</summary>
    internal IEnumerable<(string Field, Column Column)> FeatureColumns =>
        Features.Select((name, i) => ($"features[{i}]", Table.Find(name)!));

    /// <summary>The parts that judge, each with its path in the spec.</summary>
    internal IEnumerable<(string Field, int[] Rows)> JudgingParts =>
        Test is null ? [("validation", Validation)] : [("validation", Validation), ("test", Test)];
}
