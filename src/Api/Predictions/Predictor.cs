using System.Numerics;
using System.Numerics.Tensors;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Intervals;
using Velodrome.Training.Models;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Predicts rows, with intervals or probabilities and with warnings.</summary>
internal static class Predictor
{
    /// <summary>Memory of the predictions of some rows, with their tables: a label or a value, its interval, probabilities by name, and a
    /// warning for each feature; and of the counts of the rows.</summary>
    public static long MemoryOf(TrainedModel model, int rows) =>
        sizeof(long) * (long)(model.Inputs?.Counters ?? 0)
            + rows * (400L + 200L * model.Encoder.Features.Count
            + sizeof(float) * ((long)model.Encoder.Width + (long)model.Members * model.Encoder.Target.Outputs)
            + (model.Encoder.Target is ClassTarget { Classes: var classes } ? 80L * classes.Count : 0));

    /// <param name="model">The model of a run.</param>
    /// <param name="table">The rows to predict, with the model's features as columns.</param>
    /// <param name="options">What to say beside each prediction.</param>
    /// <param name="nameOf">Names a row for an error message.</param>
    /// <exception cref="RefusedException"><c>outOfRange</c>: an output is not a finite number.</exception>
    public static Prediction[] Predict(TrainedModel model, Table table, PredictionOptions options, Func<int, string> nameOf)
    {
        int[] rows = [.. Enumerable.Range(0, table.Rows)];
        var warnings = PredictionWarnings.Find(table, model.Encoder.Features);
        var disagreement = options.Disagreement ? model.Disagreement(table, rows) : null;
        return model.Encoder.Target is ClassTarget target
            ? OfClasses(Finite(model.Probabilities(table, rows), rows.Length, nameOf), target.Classes, disagreement, warnings)
            : OfNumbers(Finite(model.Values(table, rows), rows.Length, nameOf), model.Interval, options.Level, disagreement, warnings);
    }

    /// <summary>Returns the outputs if all are finite. Others can be neither compared nor written as JSON.</summary>
    private static T[] Finite<T>(T[] outputs, int rows, Func<int, string> nameOf) where T : INumberBase<T>
    {
        if (TensorPrimitives.IsFiniteAll<T>(outputs))
        {
            return outputs;
        }

        var name = nameOf(Array.FindIndex(outputs, output => !T.IsFinite(output)) / (outputs.Length / rows));
        throw new RefusedException("outOfRange", name,
            $"{name}: the prediction is not a finite number, because a value in this row is too far from the training rows. Send values " +
            "nearer to them; GET /api/v1/runs/{id}/model has their ranges.");
    }

    private static Prediction[] OfNumbers(
        IEnumerable<double> values, ConformalInterval? interval, double level, double[]? disagreement,
        IReadOnlyList<PredictionWarning>[] warnings)
    {
        var halfWidth = interval?.HalfWidth(level);
        return [.. values.Select((value, row) => new Prediction(
            value, halfWidth is { } half ? new(value - half, value + half, level) : null, null, null, disagreement?[row], warnings[row]))];
    }

    private static Prediction[] OfClasses(
        float[] probabilities, IReadOnlyList<string> classes, double[]? disagreement, IReadOnlyList<PredictionWarning>[] warnings)
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

            predictions[row] = new(null, null, classes[mostProbable], byLabel, disagreement?[row], warnings[row]);
        }

        return predictions;
    }
}
