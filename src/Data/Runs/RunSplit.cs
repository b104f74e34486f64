using Velodrome.Training;
using Velodrome.Training.Runs;

namespace Velodrome.Data.Runs;

/// <summary>The number of rows in each part of the split.</summary>
/// <param name="Train">Rows that the network is trained on.</param>
/// <param name="Validation">Rows that measure the network after every epoch.</param>
/// <param name="Test">Rows that measure the network once, after training.</param>
/// <param name="Fingerprint">Equal for two runs exactly if they use the same rows of the same data.</param>
/// <param name="Classes">Rows per class in each part; null for regression.</param>
public sealed record RunSplit(int Train, int Validation, int Test, string Fingerprint, IReadOnlyDictionary<string, ClassRows>? Classes)
{
    /// <param name="plan">Contains the rows of each part.</param>
    /// <param name="sha256">Hashes of the datasets that the rows come from.</param>
    public static RunSplit Of(RunPlan plan, IEnumerable<string> sha256)
    {
        var (train, validation, test) = (plan.Split.Train, plan.Split.Validation, plan.Split.Test);
        return new(train.Length, validation.Length, test.Length, plan.Split.Fingerprint(sha256), ClassRows.Count(plan));
    }
}

/// <summary>The number of rows of a class in each part of the split.</summary>
public sealed record ClassRows(int Train, int Validation, int Test)
{
    /// <summary>Counts the rows of each class; null for regression.</summary>
    internal static IReadOnlyDictionary<string, ClassRows>? Count(RunPlan plan)
    {
        if (plan.Spec.Task == LearningTask.Regression)
        {
            return null;
        }

        var (train, validation, test) = (CountIn(plan.Split.Train), CountIn(plan.Split.Validation), CountIn(plan.Split.Test));
        return train.Keys.Union(validation.Keys).Union(test.Keys).Order(StringComparer.Ordinal).ToDictionary(
            label => label,
            label => new ClassRows(train.GetValueOrDefault(label), validation.GetValueOrDefault(label), test.GetValueOrDefault(label)));

        Dictionary<string, int> CountIn(int[] rows) => rows.CountBy(plan.TargetColumn.TextAt).ToDictionary();
    }
}

/// <summary>Why a run failed.</summary>
/// <param name="Code">A stable code in camelCase, for example <c>diverged</c>.</param>
/// <param name="Message">What happened, and what to try.</param>
/// <param name="Epoch">The epoch in which the run failed; null if it failed outside an epoch.</param>
public sealed record RunError(string Code, string Message, int? Epoch);
