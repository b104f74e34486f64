using System.Text.RegularExpressions;
using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Finds features that identify or number the rows instead of describing them.</summary>
internal static partial class IdLikeColumn
{
    /// <summary>Minimum number of rows: with fewer, values may all differ or be evenly spaced by chance.</summary>
    private const int MinRows = 50;

    public static IEnumerable<RunWarning> Find(RunPlan plan)
    {
        var rows = plan.Table.Rows;
        foreach (var (field, column) in plan.FeatureColumns().Where(feature => IsIdLike(feature.Column, plan)))
        {
            yield return new("idLikeColumn", field, column is CategoryColumn
                ? $"'{column.Name}' has a different text in each of {WarningText.RowCount(rows)}: no level repeats, " +
                  "so nothing that the network learns about one level applies to another row. Leave it out of the features."
                : $"'{column.Name}' has a different whole number in each of {WarningText.RowCount(rows)} and looks like a row number " +
                  "or a key: a network can only memorise it. " +
                  "Leave it out of the features, unless the number itself means something.", rows);
        }
    }

    /// <summary>Whether all values differ and either the name looks like an id, or the values do: text, or whole numbers in even steps.
    /// Evenly spaced numbers that are the only feature don't count.</summary>
    public static bool IsIdLike(Column column, RunPlan plan) => column switch
    {
        CategoryColumn texts => (texts.Rows >= MinRows || IdName().IsMatch(texts.Name)) && texts.Distinct > 2
            && texts.Distinct == texts.Rows - texts.Codes.Count(code => code == CategoryColumn.Missing),
        NumberColumn { Kind: ColumnKind.Number } numbers => DifferentIntegers(numbers) is { Count: > 2 } values
            && (IdName().IsMatch(numbers.Name) || (values.Count >= MinRows && plan.Spec.Features.Count > 1 && AreEven(values))),
        _ => false,
    };

    /// <summary>The values, or null when one repeats or is not a whole number.</summary>
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

    /// <summary><c>id</c>, <c>order_id</c>, <c>customerId</c>, <c>Index</c>, <c>Invoice No</c>, and the unnamed first column that pandas
    /// writes.</summary>
    [GeneratedRegex(@"(?i:(^|[\s_.-])(id|uuid|guid|key|index|idx|nr|no|number)$)|[a-z](Id|ID|Key|Index|Nr|No|Number)$" +
        @"|(?i:^(id|uuid|guid)[\s_.-])|^Unnamed: 0$")]
    private static partial Regex IdName();
}
