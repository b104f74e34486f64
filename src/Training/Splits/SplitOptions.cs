using System.ComponentModel.DataAnnotations;

namespace Velodrome.Training.Splits;

/// <summary>How rows are set aside.</summary>
public enum SplitKind
{
    /// <summary>A random share of the rows.</summary>
    Random,

    /// <summary>The last share of the rows, in the table's order: for tables sorted by time.</summary>
    Last,

    /// <summary>The rows whose numbers are given.</summary>
    Rows,
}

/// <summary>Which rows are set aside: the unfamiliar road that the network never trains on.</summary>
public sealed record SplitOptions
{
    /// <summary>How the rows are chosen.</summary>
    [Required]
    public required SplitKind Split { get; init; }

    /// <summary>Share of all rows to set aside, 0.001 to 0.9; for random and last. Default 0.2.</summary>
    [Range(0.001, 0.9)]
    public double? Fraction { get; init; }

    /// <summary>Numbers of the rows to set aside, the table's first row being 0; for rows.</summary>
    [MinLength(1)]
    public IReadOnlyList<int>? Rows { get; init; }

    /// <summary>Seed of the random choice, apart from the run's own seed so that runs compare on the same rows; for random. Default 0.</summary>
    [Range(0, int.MaxValue)]
    public int? Seed { get; init; }
}
