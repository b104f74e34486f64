using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Velodrome.Training.Verdicts;

namespace Velodrome.Api.Predictions;

/// <summary>Rows to predict.</summary>
public sealed record PredictionRequest
{
    /// <summary>1 to 10,000 rows. Each has every feature by name: a number, a string, true or false, or null if missing.</summary>
    [Length(1, 10_000)]
    public required IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows { get; init; }

    /// <summary>
    /// The probability with which the interval around a predicted number contains the true value, between 0 and 1. Default 0.9. Only for
    /// regression.
    /// </summary>
    public double? Level { get; init; }

    /// <summary>
    /// Whether to return how much the networks of the run differ in each row. Only for runs of several networks. Default false.
    /// </summary>
    public bool Disagreement { get; init; }
}

/// <summary>Predictions in the order of the rows.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="WeightsFromEpoch">The run's best epoch.</param>
/// <param name="Verdict">The run's verdict if it is not healthy; else null.</param>
/// <param name="IntervalUnavailable">Why predicted numbers have no interval; null if they have one, and for classification.</param>
/// <param name="Predictions">One for each row.</param>
public sealed record PredictionResponse(
    long RunId, int WeightsFromEpoch, VerdictNote? Verdict, string? IntervalUnavailable, IReadOnlyList<Prediction> Predictions);

/// <summary>The verdict of a run that is not healthy.</summary>
public sealed record VerdictNote(VerdictCode Code, string Sentence);

/// <summary>The prediction for one row.</summary>
/// <param name="Value">For regression: the predicted number, in the target's unit.</param>
/// <param name="Interval">For regression: an interval around the value.</param>
/// <param name="Label">For classification: the most probable class.</param>
/// <param name="Probabilities">For classification: the probability of each class.</param>
/// <param name="Disagreement">
/// If it was asked for: the standard deviation of the networks' values, or of their probabilities of the label.
/// </param>
/// <param name="Warnings">Values that the run did not see in training.</param>
public sealed record Prediction(
    double? Value, PredictionInterval? Interval, string? Label, IReadOnlyDictionary<string, double>? Probabilities,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Disagreement,
    IReadOnlyList<PredictionWarning> Warnings);

/// <summary>Contains the true value with probability <paramref name="Level"/>, if new rows are like the validation rows.</summary>
public sealed record PredictionInterval(double Low, double High, double Level);

/// <summary>A value that the run did not see in training.</summary>
/// <param name="Code">outsideTrainingRange, unseenCategory or imputed.</param>
/// <param name="Feature">The column.</param>
/// <param name="Value">The row's value; null if it is missing.</param>
/// <param name="Range">For outsideTrainingRange: the smallest and the largest value in training.</param>
/// <param name="ImputedWith">For imputed: the median that replaces the missing number; null for a missing category.</param>
public sealed record PredictionWarning(string Code, string Feature, object? Value, IReadOnlyList<double>? Range, double? ImputedWith);
