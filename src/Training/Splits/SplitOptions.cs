using System.ComponentModel.DataAnnotations;

namespace Velodrome.Training.Splits;

/// <summary>How rows are set aside.</summary>
public enum SplitKind
{
    /// <summary>A random share of the rows.</summary>
    Random,

    /// <summary>A random share of each class, so that every part has them all; for classification.</summary>
    Stratified,

    /// <summary>The last share of the rows, in the table's order: for tables sorted by time.</summary>
    Last,

    /// <summary>A random share of the groups that a column names (persons, machines, days): no group is in two parts.</summary>
    Group,

    /// <summary>The rows whose numbers are given.</summary>
    Rows,

    /// <summary>All rows of another dataset.</summary>
    Dataset,
}

/// <summary>Which rows are set aside: the unfamiliar road that the network never trains on.</summary>
public sealed record SplitOptions
{
    /// <summary>How the rows are chosen.</summary>
    public required SplitKind Split { get; init; }

    /// <summary>Share of all rows (of each class, of the groups) to set aside, 0.001 to 0.9; for random, stratified, last and group. Default 0.2.</summary>
    [Range(0.001, 0.9)]
    public double? Fraction { get; init; }

    /// <summary>The column that names a row's group; for group.</summary>
    public string? Column { get; init; }

    /// <summary>Numbers of the rows to set aside, the table's first row being 0; for rows.</summary>
    [MinLength(1)]
    public IReadOnlyList<int>? Rows { get; init; }

    /// <summary>Name of the dataset whose rows judge; for dataset.</summary>
    public string? Dataset { get; init; }

    /// <summary>Seed of the random choice, apart from the run's own seed so that runs compare on the same rows; for random, stratified and group. Default 0.</summary>
    [Range(0, int.MaxValue)]
    public int? Seed { get; init; }

    private bool IsByShare => Split is SplitKind.Random or SplitKind.Stratified or SplitKind.Last or SplitKind.Group;

    private bool IsRandom => Split is SplitKind.Random or SplitKind.Stratified or SplitKind.Group;

    /// <summary>Fills in what was left out, so that the run shows what was done.</summary>
    /// <param name="field">Path of this member in the request, for errors.</param>
    /// <exception cref="RefusedException"><c>notApplicable</c>: a member was given that this kind of split does not use;
    /// <c>missingField</c>: one is missing that it needs.</exception>
    public SplitOptions Resolve(string field)
    {
        Check(Fraction is not null, "fraction", applies: IsByShare, needed: false);
        Check(Seed is not null, "seed", applies: IsRandom, needed: false);
        Check(Column is not null, "column", applies: Split == SplitKind.Group, needed: true);
        Check(Rows is not null, "rows", applies: Split == SplitKind.Rows, needed: true);
        Check(Dataset is not null, "dataset", applies: Split == SplitKind.Dataset, needed: true);
        return this with { Fraction = IsByShare ? Fraction ?? 0.2 : null, Seed = IsRandom ? Seed ?? 0 : null };

        void Check(bool given, string member, bool applies, bool needed)
        {
            var kind = Split.ToString().ToLowerInvariant();
            if (given && !applies)
            {
                throw new RefusedException("notApplicable", $"{field}.{member}",
                    $"The split '{kind}' has no '{member}'; it would be ignored. Leave it out, or choose a split that uses it.");
            }

            if (!given && applies && needed)
            {
                throw new RefusedException("missingField", $"{field}.{member}",
                    $"The split '{kind}' needs '{member}': {{ \"split\": \"{kind}\", {Example(member)} }}.");
            }
        }
    }

    private static string Example(string member) => member switch
    {
        "rows" => "\"rows\": [6, 7]",
        "column" => "\"column\": \"person\"",
        _ => "\"dataset\": \"name\"",
    };
}
