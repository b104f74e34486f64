using System.Text.RegularExpressions;
using Velodrome.Data.Datasets;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>Warns of columns that are unlikely to be useful as they are.</summary>
internal static partial class DatasetWarnings
{
    /// <summary>More different numbers than these are rarely codes.</summary>
    private const int MaxCodes = 20;

    /// <summary>Whether a warning is one of those that <see cref="Find"/> returns.</summary>
    public static bool IsOfColumns(DatasetWarning warning) => warning.Code is "allMissing" or "constant" or "manyLevels" or "classCodes";

    public static IEnumerable<DatasetWarning> Find(IEnumerable<ColumnProfile> columns, int rows)
    {
        foreach (var column in columns)
        {
            if (column.Missing == rows)
            {
                yield return new("allMissing", column.Name, $"{column.Name} has no value in any row; nothing can be learnt from it.");
            }
            else if (column.Distinct == 1 && column.MostFrequent is not null)
            {
                yield return new("constant", column.Name,
                    $"{column.Name} has the same value, {column.MostFrequent}, in all rows that have one; nothing can be learnt from it.");
            }
            else if (column.Distinct > CategoryColumn.MaxLevels && column.Kind == ColumnKind.Category)
            {
                yield return new("manyLevels", column.Name,
                    $"{column.Name} has {column.Distinct} different values; only the first {CategoryColumn.MaxLevels} are told apart. " +
                    "It is probably a label or a key, not a category.");
            }
            else if (MayBeCodes(column))
            {
                yield return new("classCodes", column.Name,
                    $"'{column.Name}' has {column.Distinct} different whole numbers, which may be codes of classes. It is read as " +
                    "numbers, so that 3 lies between 2 and 4. If they are codes, send the option \"columns\": " +
                    $"{{ \"{column.Name}\": {{ \"kind\": \"category\" }} }} with the upload.");
            }
        }
    }

    private static bool MayBeCodes(ColumnProfile column) => column is { Kind: ColumnKind.Number, Min: { } min, Max: { } max }
        && column.Distinct is > 2 and <= MaxCodes && double.IsInteger(min) && double.IsInteger(max) && column.Distinct <= max - min + 1
        && CodeName().IsMatch(column.Name);

    /// <summary><c>class</c>, <c>pclass</c>, <c>type_code</c>, <c>GroupId</c>.</summary>
    [GeneratedRegex("class|type|code|categor|group|cluster|label|species|kind", RegexOptions.IgnoreCase)]
    private static partial Regex CodeName();
}
