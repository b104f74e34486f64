using Velodrome.Training.Checks;
using Velodrome.Training.Random;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Checks;

/// <summary>Small tables to submit.</summary>
internal static class Submissions
{
    /// <summary>Standard normal numbers.</summary>
    public static double[] Normal(int rows, int seed)
    {
        var random = new RandomStream(seed, RandomPurpose.Split);
        return [.. Enumerable.Range(0, rows).Select(_ => random.NextGaussian())];
    }

    /// <summary>A random order of 0 to rows - 1.</summary>
    public static int[] Shuffled(int rows, int seed)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        new RandomStream(seed, RandomPurpose.Split).Shuffle(order);
        return order;
    }

    public static NumberColumn Number(string name, IEnumerable<double> values) => new(name, [.. values]);

    public static CategoryColumn Text(string name, IEnumerable<string?> values) => CategoryColumn.FromTexts(name, [.. values]);

    /// <summary>All columns but the target as features; the rows given judge, the others with a target train.</summary>
    public static Submission Submit(Column target, Column[] features, int[] validation, int[]? test = null, bool last = false, bool classes = false)
    {
        var table = new Table([.. features, target]);
        int[] train = [.. Enumerable.Range(0, table.Rows).Except([.. validation, .. test ?? []]).Where(row => !target.IsMissing(row))];
        return new(table, [.. features.Select(feature => feature.Name)], target.Name, classes || target is CategoryColumn, train, validation, test, last);
    }

    /// <summary>The findings of one code.</summary>
    public static RunWarning[] Find(this Submission run, string code) => [.. SubmissionChecks.Of(run).Where(warning => warning.Code == code)];

    /// <summary>The last of some rows.</summary>
    public static int[] Last(int rows, int count) => [.. Enumerable.Range(rows - count, count)];
}
