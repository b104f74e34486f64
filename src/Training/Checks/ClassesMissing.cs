using Velodrome.Training.Runs;

namespace Velodrome.Training.Checks;

/// <summary>Finds classes that have no row in the training, validation or test rows.</summary>
internal static class ClassesMissing
{
    public static IEnumerable<RunWarning> Find(RunPlan plan)
    {
        if (!plan.PredictsClasses)
        {
            yield break;
        }

        var classes = TargetClasses.Of(plan.TargetColumn);
        var all = classes.Count([.. plan.Split.Train, .. plan.Split.Validation, .. plan.Split.Test]);
        foreach (var (field, rows) in plan.EvaluationRows().Prepend(("train", plan.Split.Train)))
        {
            var counts = classes.Count(rows);
            int[] missing = [.. Enumerable.Range(0, counts.Length).Where(c => counts[c] == 0 && all[c] > 0)];
            if (missing.Length == 0)
            {
                continue;
            }

            var elsewhere = missing.Sum(c => all[c]);
            var names = WarningText.Names([.. missing.Select(c => classes.Labels[c])]);
            var which = missing.Length == 1 ? $"the class {names}" : $"one of the classes {names}";
            yield return field == "train"
                ? new("classesMissing", "validation",
                    $"No training row has {which}. The network can't learn a class that it never sees, so " +
                    $"{(elsewhere == 1 ? "the row" : $"all {WarningText.RowCount(elsewhere)}")} of that kind will count as wrong. " +
                    "Use \"split\": \"stratified\", or remove those rows from the table.", elsewhere)
                : new("classesMissing", field,
                    $"No {field} row has {which}, but {WarningText.RowCount(elsewhere)} elsewhere {(elsewhere == 1 ? "does" : "do")}. " +
                    "The metrics don't show whether the network recognises it. Use \"split\": \"stratified\", or set more rows aside.",
                    elsewhere);
        }
    }
}
