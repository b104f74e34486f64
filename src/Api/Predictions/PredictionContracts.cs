using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Velodrome.Api.Predictions;

/// <summary>Rows to predict.</summary>
public sealed record PredictionRequest
{
    /// <summary>1 to 10,000 rows, each with every feature by name: numbers, texts, true or false, null where missing.</summary>
    [Length(1, 10_000)]
    public required IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows { get; init; }
}

/// <summary>Predictions in the order of the rows.</summary>
/// <param name="RunId">The run that predicted.</param>
/// <param name="WeightsFromEpoch">Its best epoch.</param>
/// <param name="Predictions">One for each row.</param>
public sealed record PredictionResponse(long RunId, int WeightsFromEpoch, IReadOnlyList<Prediction> Predictions);

/// <summary>One row's prediction.</summary>
/// <param name="Value">In the target's own units.</param>
public sealed record Prediction(double Value);
