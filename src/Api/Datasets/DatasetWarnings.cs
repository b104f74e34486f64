using Velodrome.Data.Datasets;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>Warns of columns that are unlikely to be useful.</summary>
internal static class DatasetWarnings
{
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
                    $"{column.Name} has {column.Distinct} different texts; only the first {CategoryColumn.MaxLevels} are told apart. " +
                    "It is probably a label or a key, not a category.");
            }
        }
    }
}
