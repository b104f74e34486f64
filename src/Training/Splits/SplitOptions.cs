using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Velodrome.Training.Splits;

/// <summary>The ways to choose the rows that are set aside.</summary>
public enum SplitKind
{
    /// <summary>A random share of the rows.</summary>
    Random,

    /// <summary>A random share of each class, so that every part has all classes; for classification.</summary>
    Stratified,

    /// <summary>The last share of the rows, in the table's order: for tables sorted by time.</summary>
    Last,

    /// <summary>A random share of the groups in a column (persons, machines, days): all rows of a group are in the same part.</summary>
    Group,

    /// <summary>The rows with the given numbers.</summary>
    Rows,

    /// <summary>All rows of another dataset.</summary>
    Dataset,
}

/// <summary>Rows that are set aside: the network is never trained on them.</summary>
public sealed record SplitOptions
{
    /// <summary>The way in which the rows are chosen.</summary>
    public required SplitKind Split { get; init; }

    /// <summary>Share of all rows (of each class, of the groups) to set aside, 0.001 to 0.9; for random, stratified, last and group.
    /// Default 0.2.</summary>
    [Range(0.001, 0.9)]
    public double? Fraction { get; init; }

    /// <summary>The column with the group of each row; for group.</summary>
    public string? Column { get; init; }

    /// <summary>Numbers of the rows to set aside, starting at 0 for the first row of the table; for rows.</summary>
    [MinLength(1)]
    public IReadOnlyList<int>? Rows { get; init; }

    /// <summary>Name of the dataset to use; for dataset.</summary>
    public string? Dataset { get; init; }

    /// <summary>The version of that dataset; for dataset. Default: the newest.</summary>
    [Range(1, int.MaxValue)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // earlier builds stored a hash of the request's JSON
    public int? DatasetVersion { get; init; }

    /// <summary>Seed of the random choice; for random, stratified and group. Default 0. It is separate from the run's seed, so that
    /// runs with different seeds are compared on the same rows.</summary>
    [Range(0, int.MaxValue)]
    public int? Seed { get; init; }

    private bool HasFraction => Split is SplitKind.Random or SplitKind.Stratified or SplitKind.Last or SplitKind.Group;

    private bool IsRandom => Split is SplitKind.Random or SplitKind.Stratified or SplitKind.Group;

    /// <summary>Fills in the defaults, so that the run's spec shows every setting.</summary>
    /// <param name="field">Path of these options in the request, for errors.</param>
    /// <exception cref="RefusedException"><c>notApplicable</c>: a member is given that this kind of split does not use;
    /// <c>missingField</c>: a required member is missing.</exception>
    public SplitOptions Resolve(string field)
    {
        Check(Fraction is not null, "fraction", applies: HasFraction, needed: false);
        Check(Seed is not null, "seed", applies: IsRandom, needed: false);
        Check(Column is not null, "column", applies: Split == SplitKind.Group, needed: true);
        Check(Rows is not null, "rows", applies: Split == SplitKind.Rows, needed: true);
        Check(Dataset is not null, "dataset", applies: Split == SplitKind.Dataset, needed: true);
        Check(DatasetVersion is not null, "datasetVersion", applies: Split == SplitKind.Dataset, needed: false);
        return this with { Fraction = HasFraction ? Fraction ?? 0.2 : null, Seed = IsRandom ? Seed ?? 0 : null };

        void Check(bool given, string member, bool applies, bool needed)
        {
            var kind = Split.ToString().ToLowerInvariant();
            if (given && !applies)
            {
                throw new RefusedException("notApplicable", $"{field}.{member}",
                    $"The split '{kind}' has no '{member}', so it would be ignored. Leave it out, or choose a split that uses it.");
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
