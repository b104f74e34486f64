using Velodrome.Training.Encoding;
using Velodrome.Training.Models;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>What a model says of rows, with what it can't know.</summary>
internal static class ModelPredictions
{
    /// <param name="model">Predicts.</param>
    /// <param name="table">The rows.</param>
    /// <param name="level">Of the interval around numbers.</param>
    public static Prediction[] Predict(TrainedModel model, Table table, double level)
    {
        int[] rows = [.. Enumerable.Range(0, table.Rows)];
        var warnings = PredictionWarnings.Find(table, model.Encoder.Features);
        var halfWidth = model.Interval?.HalfWidth(level);
        return model.Encoder.Target is ClassTarget target
            ? OfClasses(model.Probabilities(table, rows), target.Classes, warnings)
            : [.. model.Values(table, rows).Select((value, row) => new Prediction(
                value, halfWidth is { } half ? new(value - half, value + half, level) : null, null, null, warnings[row]))];
    }

    private static Prediction[] OfClasses(float[] probabilities, IReadOnlyList<string> classes, IReadOnlyList<PredictionWarning>[] warnings)
    {
        var predictions = new Prediction[warnings.Length];
        for (var row = 0; row < predictions.Length; row++)
        {
            var own = probabilities.AsSpan(row * classes.Count, classes.Count);
            var likeliest = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(own);
            var byLabel = new Dictionary<string, double>(classes.Count);
            for (var i = 0; i < own.Length; i++)
            {
                byLabel[classes[i]] = own[i];
            }

            predictions[row] = new(null, null, classes[likeliest], byLabel, warnings[row]);
        }

        return predictions;
    }
}
