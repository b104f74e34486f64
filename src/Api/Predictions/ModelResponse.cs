using Velodrome.Data.Runs;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>What a run's model takes and gives.</summary>
/// <param name="RunId">The run.</param>
/// <param name="WeightsFromEpoch">Its best epoch.</param>
/// <param name="Target">What is predicted.</param>
/// <param name="Task">What kind of answer.</param>
/// <param name="Classes">For classes: what may be answered; null for numbers.</param>
/// <param name="Features">In the order of the network's inputs; each row must have all of them.</param>
public sealed record ModelResponse(
    long RunId, int WeightsFromEpoch, string Target, LearningTask Task, IReadOnlyList<string>? Classes, IReadOnlyList<ModelFeature> Features)
{
    internal static ModelResponse Of(Run run, TrainedModel model) => new(
        run.Id, run.BestEpoch!.Value, run.Spec.Target, run.Spec.Task, (model.Encoder.Target as ClassTarget)?.Classes, [.. model.Encoder.Features.Select(ModelFeature.Of)]);
}

/// <summary>A column that a model predicts from, as its training rows had it.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">Number, category or boolean.</param>
/// <param name="Min">For numbers: the smallest value; beyond it the model only guesses.</param>
/// <param name="Max">For numbers: the largest value.</param>
/// <param name="Median">For numbers: what stands in for a missing value.</param>
/// <param name="Levels">For texts: what there was, the most frequent first.</param>
public sealed record ModelFeature(string Name, ColumnKind Kind, double? Min, double? Max, double? Median, IReadOnlyList<string>? Levels)
{
    internal static ModelFeature Of(FeatureEncoding feature) => feature switch
    {
        NumberEncoding { Kind: ColumnKind.Number } number => new(number.Name, number.Kind, number.Min, number.Max, number.Median, null),
        CategoryEncoding texts => new(texts.Name, ColumnKind.Category, null, null, null, [.. texts.Levels, .. texts.RareLevels]),
        _ => new(feature.Name, ColumnKind.Boolean, null, null, null, null),
    };
}
