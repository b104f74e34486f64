using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>Resolves the columns that a request names, and what is to be learnt from them.</summary>
internal static class RequestColumns
{
    /// <summary>Returns the request's task if the target allows it; without one, the task that the target's values suggest.</summary>
    /// <exception cref="RefusedException"><c>unknownColumn</c>, <c>constantTarget</c>, <c>targetNotNumeric</c>, <c>taskMismatch</c>.
    /// </exception>
    public static LearningTask TaskOf(RunRequest request, KnownColumns columns)
    {
        var target = Find(request.Target, columns, "target");
        var values = target.CountDistinct();
        var isNumeric = target.Kind is ColumnKind.Number or ColumnKind.Date;
        var suggested = isNumeric && values != 2 ? LearningTask.Regression
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
            LearningTask.Regression when isNumeric => LearningTask.Regression,
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

    /// <summary>Refuses a weight column that can't have weights.</summary>
    /// <exception cref="RefusedException"><c>unknownColumn</c>, <c>targetAsWeight</c>, <c>weightNotNumeric</c>.</exception>
    public static void CheckWeights(RunRequest request, KnownColumns columns)
    {
        if (request.WeightColumn is not { } name)
        {
            return;
        }

        var column = Find(name, columns, "weightColumn");
        if (name == request.Target)
        {
            throw new RefusedException("targetAsWeight", "weightColumn",
                $"'{name}' is the target, and rows can't be weighted by what is to be predicted. Choose another column, or leave it out.");
        }

        if (column.Kind != ColumnKind.Number)
        {
            var kind = column.Kind switch { ColumnKind.Boolean => "true and false", ColumnKind.Date => "dates", _ => "text" };
            throw new RefusedException("weightNotNumeric", "weightColumn",
                $"'{name}' is a column of {kind}, and the weight of a row is a number. Choose a column of numbers, or leave it out.");
        }
    }

    /// <summary>Returns the request's features, or all columns except the target, the weights and the columns of group splits.</summary>
    /// <exception cref="RefusedException"><c>noFeatures</c>, <c>unknownColumn</c>, <c>targetAmongFeatures</c>, <c>duplicateFeature</c>.
    /// </exception>
    public static IReadOnlyList<string> FeaturesOf(RunRequest request, KnownColumns columns)
    {
        if (request.Features is not { } features)
        {
            string?[] others = [request.Target, request.WeightColumn, request.Validation?.Column, request.Test?.Column];
            string[] all = [.. columns.List.Select(column => column.Name).Where(name => !others.Contains(name))];
            return all.Length > 0 ? all : throw new RefusedException("noFeatures", "features",
                $"The table has no columns except {string.Join(", ", others.OfType<string>().Distinct().Select(name => $"'{name}'"))}, " +
                "which are the target, weights or groups, so there is nothing to predict from. Use a table with more columns.");
        }

        var seen = new HashSet<string>();
        for (var i = 0; i < features.Count; i++)
        {
            var field = $"features[{i}]";
            Find(features[i], columns, field);
            if (features[i] == request.Target)
            {
                throw new RefusedException("targetAmongFeatures", field,
                    $"'{features[i]}' is the target, and a network that is given the answer learns nothing. Leave it out of the features.");
            }

            if (!seen.Add(features[i]))
            {
                throw new RefusedException("duplicateFeature", field, $"'{features[i]}' is listed twice among the features. List it once.");
            }
        }

        return features;
    }

    private static KnownColumn Find(string name, KnownColumns columns, string field) => columns.Find(name)
        ?? throw new RefusedException("unknownColumn", field,
            $"There is no column '{name}'.{NearestName.Suggestion(name, columns.List.Select(column => column.Name))} " +
            $"The columns are {string.Join(", ", columns.List.Take(50).Select(column => column.Name))}.");
}
