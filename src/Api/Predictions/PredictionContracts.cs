using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Predictions;

/// <summary>Rows to predict.</summary>
public sealed record PredictionRequest
{
    /// <summary>1 to 10,000 rows, each with every feature by name: numbers, texts, true or false, null where missing.</summary>
    [Length(1, 10_000)]
    public required IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows { get; init; }

    /// <summary>How often the interval around a predicted number should hold the true one, between 0 and 1. Default 0.9; only for regression.</summary>
    public double? Level { get; init; }
}

/// <summary>Predictions in the order of the rows.</summary>
/// <param name="RunId">The run that predicted.</param>
/// <param name="WeightsFromEpoch">Its best epoch.</param>
/// <param name="Verdict">What is wrong with the run, in one sentence; null when it is healthy.</param>
/// <param name="IntervalUnavailable">Why there is no interval around predicted numbers; null when there is, and for classes.</param>
/// <param name="Predictions">One for each row.</param>
public sealed record PredictionResponse(long RunId, int WeightsFromEpoch, VerdictNote? Verdict, string? IntervalUnavailable, IReadOnlyList<Prediction> Predictions);

/// <summary>The verdict of a run that is not healthy.</summary>
public sealed record VerdictNote(VerdictCode Code, string Sentence);

/// <summary>One row's prediction.</summary>
/// <param name="Value">For regression, in the target's own units.</param>
/// <param name="Interval">Around it.</param>
/// <param name="Label">For classes, the most probable.</param>
/// <param name="Probabilities">For classes, all of them.</param>
/// <param name="Warnings">What this row has that training did not show.</param>
public sealed record Prediction(
    double? Value, PredictionInterval? Interval, string? Label, IReadOnlyDictionary<string, double>? Probabilities, IReadOnlyList<PredictionWarning> Warnings);

/// <summary>Where the true value lies in a share of all cases, if new rows are like the validation rows.</summary>
public sealed record PredictionInterval(double Low, double High, double Level);

/// <summary>Something that this row has and training did not show.</summary>
/// <param name="Code">outsideTrainingRange, unseenCategory or imputed.</param>
/// <param name="Feature">The column.</param>
/// <param name="Value">What the row has; null where it is missing.</param>
/// <param name="Range">For outsideTrainingRange: the smallest and the largest value in training.</param>
/// <param name="ImputedWith">For imputed: the median that stands in; null where a category is missing.</param>
public sealed record PredictionWarning(string Code, string Feature, object? Value, IReadOnlyList<double>? Range, double? ImputedWith);
