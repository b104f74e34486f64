using Velodrome.Training.Checks;
using Velodrome.Training.Random;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Checks;

/// <summary>Plans of runs on small tables.</summary>
internal static class Plans
{
    /// <summary>Standard normal numbers.</summary>
    public static double[] Normal(int rows, int seed)
    {
        var random = new RandomStream(seed, RandomPurpose.Split);
        return [.. Enumerable.Range(0, rows).Select(_ => random.NextGaussian())];
    }

    /// <summary>The numbers 0 to rows - 1 in random order.</summary>
    public static int[] Shuffled(int rows, int seed)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        new RandomStream(seed, RandomPurpose.Split).Shuffle(order);
        return order;
    }

    public static NumberColumn Number(string name, IEnumerable<double> values) => new(name, [.. values]);

    public static CategoryColumn Text(string name, IEnumerable<string?> values) => CategoryColumn.FromTexts(name, [.. values]);

    /// <summary>The row numbers of the last rows of a table.</summary>
    public static int[] Last(int rows, int count) => [.. Enumerable.Range(rows - count, count)];

    /// <summary>A plan with all columns except the target as features. Rows in neither set, with a target, are for training.</summary>
    /// <param name="target">Text is classified; numbers are a regression target unless <paramref name="classes"/>.</param>
    /// <param name="features">The other columns.</param>
    /// <param name="validation">Row numbers.</param>
    /// <param name="test">Row numbers; null for no test rows.</param>
    /// <param name="last">Whether the split is "last" instead of "rows"; the validation rows must be the last ones.</param>
    /// <param name="classes">Whether numbers are classes.</param>
    public static RunPlan Plan(
        Column target, Column[] features, int[] validation, int[]? test = null, bool last = false, bool classes = false)
    {
        var withTarget = Enumerable.Range(0, target.Rows).Where(row => !target.IsMissing(row)).ToList();
        var isBinary = withTarget.Select(target.TextAt).Distinct().Count() == 2;
        var request = new RunRequest
        {
            Dataset = "table",
            Target = target.Name,
            Task = target is NumberColumn && !classes ? LearningTask.Regression : isBinary ? LearningTask.Binary : LearningTask.Multiclass,
            Features = [.. features.Select(feature => feature.Name)],
            Validation = last
                ? new() { Split = SplitKind.Last, Fraction = (double)validation.Length / withTarget.Count }
                : new() { Split = SplitKind.Rows, Rows = validation },
            Test = test is null ? null : new() { Split = SplitKind.Rows, Rows = test },
        };
        var plan = RunPlan.Resolve(request, new(new Table([.. features, target])));
        Assert.Equal(validation.Order(), plan.Split.Validation);
        return plan;
    }

    /// <summary>The plan's warnings with a code.</summary>
    public static RunWarning[] Find(this RunPlan plan, string code) => [.. RunChecks.Find(plan).Where(warning => warning.Code == code)];
}
