namespace Velodrome.Training.Checks;

/// <summary>Classes that a part has no row of.</summary>
internal static class ClassesMissing
{
    public static IEnumerable<RunWarning> Find(Submission run)
    {
        if (!run.PredictsClasses)
        {
            yield break;
        }

        var classes = TargetClasses.Of(run.TargetColumn);
        var all = classes.Count([.. run.Train, .. run.Validation, .. run.Test ?? []]);
        foreach (var (field, rows) in run.JudgingParts.Prepend(("train", run.Train)))
        {
            var counts = classes.Count(rows);
            int[] missing = [.. Enumerable.Range(0, counts.Length).Where(c => counts[c] == 0 && all[c] > 0)];
            if (missing.Length == 0)
            {
                continue;
            }

            var elsewhere = missing.Sum(c => all[c]);
            var names = Wording.List([.. missing.Select(c => classes.Labels[c])]);
            var which = missing.Length == 1 ? $"the class {names}" : $"{missing.Length} classes: {names}";
            yield return field == "train"
                ? new("classesMissing", "validation",
                    $"No training row is of {which}. The network can't learn what it never sees, and {(elsewhere == 1 ? "the row" : $"all {Wording.Rows(elsewhere)}")} of that kind will count as wrong. " +
                    "Use \"split\": \"stratified\", or leave those rows out of the table.", elsewhere)
                : new("classesMissing", field,
                    $"No {field} row is of {which} ({Wording.Rows(elsewhere)} in the other parts): nothing shows whether the network can tell that. " +
                    "Use \"split\": \"stratified\", or set more rows aside.", elsewhere);
        }
    }
}
