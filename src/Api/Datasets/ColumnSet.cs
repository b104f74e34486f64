using Velodrome.Training.Splits;

namespace Velodrome.Api.Datasets;

/// <summary>Names of columns that a reader needs. Sets of the same names are equal.</summary>
internal sealed class ColumnSet(params IEnumerable<string> names) : IEquatable<ColumnSet>
{
    private readonly HashSet<string> _names = [.. names];

    /// <summary>The columns that a run reads.</summary>
    public static ColumnSet OfRun(
        IReadOnlyList<string> features, string target, string? weights, SplitOptions? validation, SplitOptions? test) =>
        new([.. features, target, .. new[] { weights, validation?.Column, test?.Column }.OfType<string>()]);

    public bool Contains(string name) => _names.Contains(name);

    public bool IsSubsetOf(ColumnSet other) => _names.IsSubsetOf(other._names);

    public bool Equals(ColumnSet? other) => other is not null && _names.SetEquals(other._names);

    public override bool Equals(object? obj) => Equals(obj as ColumnSet);

    public override int GetHashCode() => _names.Aggregate(0, (hash, name) => hash ^ name.GetHashCode(StringComparison.Ordinal));
}
