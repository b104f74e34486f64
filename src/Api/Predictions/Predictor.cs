using System.Numerics.Tensors;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Predicts rows, with intervals or probabilities and with warnings.</summary>
internal static class Predictor
{
    /// <param name="model">The model of a run.</param>
    /// <param name="table">The rows to predict, with the model's features as columns.</param>
    /// <param name="level">The coverage of the interval around numbers, between 0 and 1.</param>
    public static Prediction[] Predict(TrainedModel model, Table table, double level)
    {
        int[] rows = [.. Enumerable.Range(0, table.Rows)];
        var warnings = PredictionWarnings.Find(table, model.Encoder.Features);
        return model.Encoder.Target is ClassTarget target
            ? OfClasses(model.Probabilities(table, rows), target.Classes, warnings)
            : OfNumbers(model.Values(table, rows), model.Interval?.HalfWidth(level), level, warnings);
    }

    private static Prediction[] OfNumbers(
        IEnumerable<double> values, double? halfWidth, double level, IReadOnlyList<PredictionWarning>[] warnings) =>
        [.. values.Select((value, row) => new Prediction(
            value, halfWidth is { } half ? new(value - half, value + half, level) : null, null, null, warnings[row]))];

    private static Prediction[] OfClasses(float[] probabilities, IReadOnlyList<string> classes, IReadOnlyList<PredictionWarning>[] warnings)
    {
        var predictions = new Prediction[warnings.Length];
        for (var row = 0; row < predictions.Length; row++)
        {
            var ofRow = probabilities.AsSpan(row * classes.Count, classes.Count);
            var mostProbable = TensorPrimitives.IndexOfMax<float>(ofRow);
            var byLabel = new Dictionary<string, double>(classes.Count);
            for (var i = 0; i < ofRow.Length; i++)
            {
                byLabel[classes[i]] = ofRow[i];
            }

            predictions[row] = new(null, null, classes[mostProbable], byLabel, warnings[row]);
        }

        return predictions;
    }
}
