using System.Text.RegularExpressions;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Columns that name or number the rows instead of describing them.</summary>
internal static partial class IdLikeColumn
{
    /// <summary>Fewer rows may well differ, or count evenly, without being numbered.</summary>
    private const int Enough = 50;

    public static IEnumerable<RunWarning> Find(Submission run)
    {
        foreach (var (field, column) in run.FeatureColumns.Where(feature => Is(feature.Column, run)))
        {
            yield return new("idLikeColumn", field, column is CategoryColumn
                ? $"'{column.Name}' has a different text in each of {Wording.Rows(run.Table.Rows)}: no level comes twice, so nothing that was learnt about one can serve another. Leave it out of the features."
                : $"'{column.Name}' has a different whole number in each of {Wording.Rows(run.Table.Rows)} and looks as if it numbered them: a network can only learn such numbers by heart. " +
                  "Leave it out of the features, unless the number itself means something.", run.Table.Rows);
        }
    }

    /// <summary>Whether every value is different, and either the name says id or the values look it: texts, or whole numbers in even steps.
    /// A number that is the only feature is taken for what it says.</summary>
    public static bool Is(Column column, Submission run) => column switch
    {
        CategoryColumn texts => (texts.Rows >= Enough || SaysId().IsMatch(texts.Name)) && texts.Distinct > 2
            && texts.Distinct == texts.Rows - texts.Codes.Count(code => code == CategoryColumn.Missing),
        NumberColumn { Kind: ColumnKind.Number } numbers => DifferentIntegers(numbers) is { Count: > 2 } values
            && (SaysId().IsMatch(numbers.Name) || (values.Count >= Enough && run.Features.Count > 1 && AreEven(values))),
        _ => false,
    };

    /// <summary>The values, or null when one comes twice or is no whole number.</summary>
    private static HashSet<double>? DifferentIntegers(NumberColumn column)
    {
        var values = new HashSet<double>();
        foreach (var value in column.Values)
        {
            if (!double.IsNaN(value) && (!double.IsInteger(value) || !values.Add(value)))
            {
                return null;
            }
        }

        return values;
    }

    private static bool AreEven(HashSet<double> values)
    {
        var sorted = values.Order().ToArray();
        return Enumerable.Range(1, sorted.Length - 1).All(i => sorted[i] - sorted[i - 1] == sorted[1] - sorted[0]);
    }

    /// <summary><c>id</c>, <c>order_id</c>, <c>customerId</c>, <c>Index</c>, <c>Invoice No</c>, and the nameless first column that pandas writes.</summary>
    [GeneratedRegex(@"(?i:(^|[\s_.-])(id|uuid|guid|key|index|idx|nr|no|number)$)|[a-z](Id|ID|Key|Index|Nr|No|Number)$|(?i:^(id|uuid|guid)[\s_.-])|^Unnamed: 0$")]
    private static partial Regex SaysId();
}
