using System.Globalization;
using CsvHelper;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;

namespace Velodrome.Api.Predictions;

/// <summary>
/// Predicts the rows of a CSV of any length and writes them with the predictions added. Blocks of rows are read and written in order,
/// and predicted in parallel.
/// </summary>
internal sealed class CsvPredictor(TrainedModel model, double level)
{
    private readonly string[] _addedNames = model.Encoder.Target is ClassTarget target
        ? ["prediction", .. target.Classes.Select(name => $"probability of {name}"), "warnings"]
        : ["prediction", "low", "high", "warnings"];

    /// <param name="input">Seekable.</param>
    /// <param name="output">Receives the same rows with columns added.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="RefusedException">With the line and column of the first mistake.</exception>
    public void Predict(Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var rows = new CsvRows(input, cancellationToken);
        RefuseTakenNames(rows.Names);
        var features = new CsvFeatureReader(model.Encoder.Features, rows.Names);
        using var csv = CsvFormat.Write(output);
        csv.WriteRecord([.. rows.Names, .. _addedNames]);
        var pending = new Queue<Task<PredictedBlock>>();
        while (CsvBlock.Read(rows) is { Rows: > 0 } block)
        {
            pending.Enqueue(Task.Run(
                () => new PredictedBlock(block, Predictor.Predict(model, features.Read(block), level)), cancellationToken));
            if (pending.Count > Environment.ProcessorCount)
            {
                Write(csv, pending.Dequeue().GetAwaiter().GetResult());
            }
        }

        if (pending.Count == 0)
        {
            throw CsvRefusal.NoRows();
        }

        foreach (var predicted in pending)
        {
            Write(csv, predicted.GetAwaiter().GetResult());
        }
    }

    private void RefuseTakenNames(IReadOnlyList<string> names)
    {
        if (_addedNames.FirstOrDefault(names.Contains) is { } taken)
        {
            throw new RefusedException("duplicateHeader", taken, $"The file has a column '{taken}', which the answer adds. Rename it.");
        }
    }

    private void Write(CsvWriter csv, PredictedBlock predicted)
    {
        for (var row = 0; row < predicted.Block.Rows; row++)
        {
            for (var column = 0; column < predicted.Block.Columns; column++)
            {
                csv.WriteField(predicted.Block.Cell(row, column));
            }

            Write(csv, predicted.Predictions[row]);
            csv.EndRecord();
        }
    }

    private void Write(CsvWriter csv, Prediction prediction)
    {
        if (model.Encoder.Target is ClassTarget target)
        {
            csv.WriteField(prediction.Label);
            foreach (var name in target.Classes)
            {
                Write(csv, prediction.Probabilities![name]);
            }
        }
        else
        {
            Write(csv, prediction.Value);
            Write(csv, prediction.Interval?.Low);
            Write(csv, prediction.Interval?.High);
        }

        csv.WriteField(string.Join(' ', prediction.Warnings.Select(warning => $"{warning.Code}:{warning.Feature}")));
    }

    private static void Write(CsvWriter csv, double? value)
    {
        Span<byte> text = stackalloc byte[32];
        var length = 0;
        value?.TryFormat(text, out length, provider: CultureInfo.InvariantCulture);
        csv.WriteField(text[..length]);
    }

    private sealed record PredictedBlock(CsvBlock Block, Prediction[] Predictions);
}
