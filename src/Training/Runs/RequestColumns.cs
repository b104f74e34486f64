using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>Finds a request's columns in its table.</summary>
internal static class RequestColumns
{
    /// <summary>What is learnt: what was asked for if the target allows it, else what its values suggest.</summary>
    /// <exception cref="RefusedException"><c>unknownColumn</c>, <c>targetNotNumeric</c>, <c>taskMismatch</c>, <c>constantTarget</c>.</exception>
    public static LearningTask TaskOf(RunRequest request, Table table)
    {
        var target = Find(request.Target, table, "target");
        var values = DistinctUpTo(target, 3);
        var suggested = target.Kind == ColumnKind.Number && values != 2 ? LearningTask.Regression : values <= 2 ? LearningTask.Binary : LearningTask.Multiclass;
        if (values < 2)
        {
            throw new RefusedException("constantTarget", "target", $"'{request.Target}' has {(values == 0 ? "no value" : "one value")} in all rows: there is nothing to learn. Choose a target that varies.");
        }

        return request.Task switch
        {
            null => suggested,
            LearningTask.Regression when target.Kind == ColumnKind.Number => LearningTask.Regression,
            LearningTask.Regression => throw new RefusedException("targetNotNumeric", "target",
                $"'{request.Target}' holds {(target.Kind == ColumnKind.Boolean ? "true and false" : "text")}, and a regression predicts numbers. Leave \"task\" out to learn classes, or choose a column of numbers."),
            LearningTask.Binary when values == 2 => LearningTask.Binary,
            LearningTask.Multiclass when values > 2 => LearningTask.Multiclass,
            var asked => throw new RefusedException("taskMismatch", "task",
                $"'{request.Target}' has {(values == 2 ? "two" : "more than two")} values, which does not fit \"{asked.ToString()!.ToLowerInvariant()}\". Leave \"task\" out, or send \"{(values == 2 ? "binary" : "multiclass")}\"."),
        };
    }

    /// <summary>The features asked for, or all columns but the target and those that only part the rows.</summary>
    /// <exception cref="RefusedException"><c>unknownColumn</c>, <c>duplicateFeature</c>, <c>targetAmongFeatures</c>, <c>noFeatures</c>.</exception>
    public static IReadOnlyList<string> FeaturesOf(RunRequest request, Table table)
    {
        if (request.Features is not { } features)
        {
            string?[] others = [request.Target, request.Validation?.Column, request.Test?.Column];
            string[] all = [.. table.Columns.Select(column => column.Name).Where(name => !others.Contains(name))];
            return all.Length > 0 ? all : throw new RefusedException("noFeatures", "features",
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

    private static int DistinctUpTo(Column column, int enough)
    {
        var seen = new HashSet<double>();
        for (var row = 0; row < column.Rows && seen.Count < enough; row++)
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
