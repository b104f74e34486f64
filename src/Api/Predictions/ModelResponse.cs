using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>A run's model: its features and its target.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="WeightsFromEpoch">The run's best epoch.</param>
/// <param name="Target">The column that is predicted.</param>
/// <param name="Task">Regression or classification.</param>
/// <param name="Classes">For classification: the labels of the classes. Null for regression.</param>
/// <param name="Members">Number of networks, whose predictions are averaged.</param>
/// <param name="Features">The columns that a row to predict must have, in the order of the network's inputs.</param>
public sealed record ModelResponse(
    long RunId, int WeightsFromEpoch, string Target, LearningTask Task, IReadOnlyList<string>? Classes, int Members,
    IReadOnlyList<ModelFeature> Features)
{
    internal static ModelResponse Of(Run run, TrainedModel model) => new(
        run.Id, run.BestEpoch!.Value, run.Spec.Target, run.Spec.Task,
        (model.Encoder.Target as ClassTarget)?.Classes, model.Members, [.. model.Encoder.Features.Select(ModelFeature.Of)]);
}

/// <summary>A column that a model predicts from, as it was in the training rows.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Number, category, boolean or date.</param>
/// <param name="Min">For numbers, and for dates in seconds since 1970-01-01: the smallest value. Below it, the model extrapolates,
/// and from three standard deviations on, values are limited.</param>
/// <param name="Max">For numbers: the largest value. Above it, the model extrapolates.</param>
/// <param name="Median">For numbers: the value that replaces a missing one.</param>
/// <param name="Bounds">For numbers with a piecewise encoding: the bounds of its bins, ascending. Null for a plain one.</param>
/// <param name="Cycles">For dates: the cycles of the calendar that have inputs of their own. Null for other columns.</param>
/// <param name="Levels">For categories: the values, the most frequent first; longer ones than 200 characters are cut.</param>
public sealed record ModelFeature(
    string Name, ColumnKind Kind, double? Min, double? Max, double? Median, IReadOnlyList<double>? Bounds,
    IReadOnlyList<CalendarCycle>? Cycles, IReadOnlyList<string>? Levels)
{
    private const int MaxLevelLength = 200;

    internal static ModelFeature Of(FeatureEncoding feature) => feature switch
    {
        NumberEncoding { Kind: not ColumnKind.Boolean } number =>
            new(number.Name, number.Kind, number.Min, number.Max, number.Median, number.Pieces?.Bounds,
                number.Kind == ColumnKind.Date ? number.Cycles : null, null),
        CategoryEncoding texts => new(
            texts.Name, ColumnKind.Category, null, null, null, null, null, [.. texts.Levels.Concat(texts.RareLevels).Select(Shorten)]),
        _ => new(feature.Name, ColumnKind.Boolean, null, null, null, null, null, null),
    };

    /// <summary>A column of free text can have thousands of levels of kilobytes each.</summary>
    private static string Shorten(string level) => level.Length <= MaxLevelLength ? level : level[..MaxLevelLength] + "…";
}
