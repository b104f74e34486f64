using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>Resolves the columns that a request names, and what is to be learnt from them.</summary>
internal static class RequestColumns
{
    /// <summary>The request's task if its target allows it, or else the task that the target's values suggest.</summary>
    /// <exception cref="RefusedException"><c>unknownColumn</c>, <c>constantTarget</c>, <c>targetNotNumeric</c>, <c>taskMismatch</c>.
    /// </exception>
    public static LearningTask TaskOf(RunRequest request, Table table)
    {
        var target = Find(request.Target, table, "target");
        var values = DistinctUpTo(target, 3);
        var suggested = target.Kind == ColumnKind.Number && values != 2 ? LearningTask.Regression
            : values <= 2 ? LearningTask.Binary
            : LearningTask.Multiclass;
        if (values < 2)
        {
            throw new RefusedException("constantTarget", "target",
                $"'{request.Target}' has {(values == 0 ? "no value" : "only one value")} in the whole table, " +
                "so there is nothing to learn. Choose a target that varies.");
        }

        return request.Task switch
        {
            null => suggested,
            LearningTask.Regression when target.Kind == ColumnKind.Number => LearningTask.Regression,
            LearningTask.Regression => throw new RefusedException("targetNotNumeric", "target",
                $"'{request.Target}' is a column of {(target.Kind == ColumnKind.Boolean ? "true and false" : "text")}, " +
                "and a regression predicts numbers. Leave \"task\" out to predict classes, or choose a column of numbers."),
            LearningTask.Binary when values == 2 => LearningTask.Binary,
            LearningTask.Multiclass when values > 2 => LearningTask.Multiclass,
            var asked => throw new RefusedException("taskMismatch", "task",
                $"'{request.Target}' has {(values == 2 ? "two" : "more than two")} values, which does not fit " +
                $"\"{asked.ToString()!.ToLowerInvariant()}\". Leave \"task\" out, or send \"{(values == 2 ? "binary" : "multiclass")}\"."),
        };
    }

    /// <summary>The request's features, or all columns except the target and the columns of group splits.</summary>
    /// <exception cref="RefusedException"><c>noFeatures</c>, <c>unknownColumn</c>, <c>targetAmongFeatures</c>, <c>duplicateFeature</c>.
    /// </exception>
    public static IReadOnlyList<string> FeaturesOf(RunRequest request, Table table)
    {
        if (request.Features is not { } features)
        {
            string?[] others = [request.Target, request.Validation?.Column, request.Test?.Column];
            string[] all = [.. table.Columns.Select(column => column.Name).Where(name => !others.Contains(name))];
            return all.Length > 0 ? all : throw new RefusedException("noFeatures", "features",
                $"The table has no column except the target '{request.Target}', so there is nothing to predict it from. " +
                "Use a table with more columns.");
        }

        for (var i = 0; i < features.Count; i++)
        {
            var field = $"features[{i}]";
            Find(features[i], table, field);
            if (features[i] == request.Target)
            {
                throw new RefusedException("targetAmongFeatures", field,
                    $"'{features[i]}' is the target, and a network that is given the answer learns nothing. Leave it out of the features.");
            }

            if (features.Take(i).Contains(features[i]))
            {
                throw new RefusedException("duplicateFeature", field, $"'{features[i]}' is listed twice among the features. List it once.");
            }
        }

        return features;
    }

    /// <summary>The number of different values, counted up to a limit.</summary>
    private static int DistinctUpTo(Column column, int limit)
    {
        var seen = new HashSet<double>();
        for (var row = 0; row < column.Rows && seen.Count < limit; row++)
        {
            if (!column.IsMissing(row))
            {
                seen.Add(column is CategoryColumn texts ? texts.Codes[row] : ((NumberColumn)column).Values[row]);
            }
        }

        return seen.Count;
    }

    private static Column Find(string name, Table table, string field)
    {
        var names = table.Columns.Select(column => column.Name);
        return table.Find(name) ?? throw new RefusedException("unknownColumn", field,
            $"There is no column '{name}'.{NearestName.Suggestion(name, names)} The columns are {string.Join(", ", names.Take(50))}.");
    }
}
