using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>Finds a request's columns in its table.</summary>
internal static class Columns
{
    /// <exception cref="RefusedException"><c>unknownColumn</c>, <c>targetNotNumeric</c>.</exception>
    public static NumberColumn CheckTarget(string target, Table table)
    {
        var column = Find(target, table, "target");
        return column as NumberColumn is { Kind: ColumnKind.Number } numbers ? numbers : throw new RefusedException("targetNotNumeric", "target",
            $"'{target}' holds {(column.Kind == ColumnKind.Boolean ? "true and false" : "text")}, and a regression predicts numbers. Choose a column of numbers.");
    }

    /// <summary>The features asked for, or all columns but the target.</summary>
    /// <exception cref="RefusedException"><c>unknownColumn</c>, <c>duplicateFeature</c>, <c>targetAmongFeatures</c>, <c>noFeatures</c>.</exception>
    public static IReadOnlyList<string> CheckFeatures(RunRequest request, Table table)
    {
        Find(request.Target, table, "target");
        if (request.Features is not { } features)
        {
            string[] others = [.. table.Columns.Select(column => column.Name).Where(name => name != request.Target)];
            return others.Length > 0 ? others : throw new RefusedException("noFeatures", "features",
                $"The table has no column besides the target '{request.Target}', so there is nothing to predict it from.");
        }

        for (var i = 0; i < features.Count; i++)
        {
            var field = $"features[{i}]";
            Find(features[i], table, field);
            if (features[i] == request.Target)
            {
                throw new RefusedException("targetAmongFeatures", field, $"'{features[i]}' is the target: a network that sees the answer learns nothing. Leave it out of the features.");
            }

            if (features.Take(i).Contains(features[i]))
            {
                throw new RefusedException("duplicateFeature", field, $"'{features[i]}' stands twice among the features. Name it once.");
            }
        }

        return features;
    }

    /// <summary>Row numbers whose target is not missing, ascending.</summary>
    public static int[] RowsWithTarget(Column target) => [.. Enumerable.Range(0, target.Rows).Where(row => !target.IsMissing(row))];

    private static Column Find(string name, Table table, string field)
    {
        var names = table.Columns.Select(column => column.Name);
        return table.Find(name) ?? throw new RefusedException("unknownColumn", field,
            $"There is no column '{name}'.{NearestName.Suggestion(name, names)} The columns are {string.Join(", ", names.Take(50))}.");
    }
}
