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
/// <param name="Classes">For classification: the possible answers. Null for regression.</param>
/// <param name="Features">The columns that a row to predict must have, in the order of the network's inputs.</param>
public sealed record ModelResponse(
    long RunId, int WeightsFromEpoch, string Target, LearningTask Task, IReadOnlyList<string>? Classes,
    IReadOnlyList<ModelFeature> Features)
{
    internal static ModelResponse Of(Run run, TrainedModel model) => new(
        run.Id, run.BestEpoch!.Value, run.Spec.Target, run.Spec.Task,
        (model.Encoder.Target as ClassTarget)?.Classes, [.. model.Encoder.Features.Select(ModelFeature.Of)]);
}

/// <summary>A column that a model predicts from, as it was in the training rows.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Number, category or boolean.</param>
/// <param name="Min">For numbers: the smallest value. Below it, the model extrapolates.</param>
/// <param name="Max">For numbers: the largest value. Above it, the model extrapolates.</param>
/// <param name="Median">For numbers: the value that replaces a missing one.</param>
/// <param name="Levels">For categories: the texts, the most frequent first.</param>
public sealed record ModelFeature(string Name, ColumnKind Kind, double? Min, double? Max, double? Median, IReadOnlyList<string>? Levels)
{
    internal static ModelFeature Of(FeatureEncoding feature) => feature switch
    {
        NumberEncoding { Kind: ColumnKind.Number } number => new(number.Name, number.Kind, number.Min, number.Max, number.Median, null),
        CategoryEncoding texts => new(texts.Name, ColumnKind.Category, null, null, null, [.. texts.Levels, .. texts.RareLevels]),
        _ => new(feature.Name, ColumnKind.Boolean, null, null, null, null),
    };
}
