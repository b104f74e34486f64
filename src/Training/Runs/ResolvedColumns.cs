using Velodrome.Training.Splits;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Training.Runs;

/// <summary>A dataset whose rows are not read.</summary>
/// <param name="Columns">Profiles of its columns.</param>
/// <param name="Rows">Number of its rows.</param>
/// <param name="Reading">How its cells are read.</param>
public sealed record TableProfile(IReadOnlyList<ColumnProfile> Columns, int Rows, TableReading Reading);

/// <summary>What a request resolves to before any row is looked at.</summary>
/// <param name="Validation">Resolved options.</param>
/// <param name="Test">Resolved options; null for no test rows.</param>
/// <param name="Task">What is to be learnt.</param>
/// <param name="Features">Names of the features.</param>
public sealed record ResolvedColumns(SplitOptions Validation, SplitOptions? Test, LearningTask Task, IReadOnlyList<string> Features)
{
    /// <summary>Refuses a request for what the profiles of its datasets show, without reading their rows.</summary>
    /// <param name="request">What to train.</param>
    /// <param name="dataset">The run's dataset.</param>
    /// <param name="validation">The dataset of a validation split of kind <c>dataset</c>.</param>
    /// <param name="test">The dataset of a test split of kind <c>dataset</c>.</param>
    /// <exception cref="RefusedException">With the code with which <see cref="RunPlan.Resolve"/> would refuse it.</exception>
    public static ResolvedColumns Check(RunRequest request, TableProfile dataset, TableProfile? validation, TableProfile? test)
    {
        var columns = KnownColumns.Of(dataset.Columns);
        var resolved = Of(request, columns);
        foreach (var (part, split, other) in new[]
            { ("validation", resolved.Validation, validation), ("test", resolved.Test, test) })
        {
            if (other is not null)
            {
                var needed = RunTables.Needed(resolved.Features, request.Target, request.WeightColumn);
                RunTables.CheckColumns(needed, dataset, other, $"{part}.dataset");
            }

            if (split is not null)
            {
                Splitter.CheckNames(split, part, columns.List.Select(column => column.Name), dataset.Rows);
            }
        }

        return resolved;
    }

    /// <exception cref="RefusedException"><c>validationRequired</c>, <c>outOfRange</c>, and those of <see cref="RequestColumns"/> and
    /// <see cref="SplitOptions.Resolve"/>.</exception>
    internal static ResolvedColumns Of(RunRequest request, KnownColumns columns)
    {
        request = RunPresets.FillIn(request);
        var validation = (request.Validation ?? throw ValidationRequired()).Resolve("validation");
        var test = request.Test?.Resolve("test");
        var task = RequestColumns.TaskOf(request, columns);
        var features = RequestColumns.FeaturesOf(request, columns);
        RequestColumns.CheckWeights(request, columns);
        if (request.EarlyStopping is { } stopping && stopping.StartFromEpoch > request.Training.Epochs)
        {
            throw new RefusedException("outOfRange", "earlyStopping.startFromEpoch",
                $"startFromEpoch is {stopping.StartFromEpoch}, but the run has only {request.Training.Epochs} epochs, " +
                "so no epoch could be the best. Send a smaller startFromEpoch, or more epochs.");
        }

        return new(validation, test, task, features);
    }

    private static RefusedException ValidationRequired() => new("validationRequired", "validation",
        "A run needs validation rows. Without them nothing shows whether a network learns or only memorises its training rows: " +
        "the training loss falls either way. Add for example \"validation\": { \"split\": \"random\", \"fraction\": 0.2 }.");
}
