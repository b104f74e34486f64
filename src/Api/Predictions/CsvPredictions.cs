using System.Globalization;
using CsvHelper;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;

namespace Velodrome.Api.Predictions;

/// <summary>
/// Predicts the rows of a CSV, however many there are: a block of rows at a time, each answered with its own cells and what
/// the model says of them. Blocks are read and written one after the other, and predicted side by side.
/// </summary>
internal sealed class CsvPredictions(TrainedModel model, double level)
{
    private readonly string[] _added = model.Encoder.Target is ClassTarget target
        ? ["prediction", .. target.Classes.Select(name => $"probability of {name}"), "warnings"]
        : ["prediction", "low", "high", "warnings"];

    /// <param name="input">Seekable.</param>
    /// <param name="output">Receives the same rows with columns added.</param>
    /// <param name="cancellationToken">Nobody waits for the answer any longer.</param>
    /// <exception cref="RefusedException">With the line and column of the first mistake.</exception>
    public void Write(Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var rows = new CsvRows(input);
        RefuseTakenNames(rows.Names);
        var features = new CsvFeatures(model.Encoder.Features, rows.Names);
        using var csv = CsvFormat.Write(output);
        csv.WriteRecord([.. rows.Names, .. _added]);
        var inWork = new Queue<Task<Answer>>();
        while (CsvBlock.Read(rows) is { Rows: > 0 } block)
        {
            inWork.Enqueue(Task.Run(() => new Answer(block, ModelPredictions.Predict(model, features.Read(block), level)), cancellationToken));
            if (inWork.Count > Environment.ProcessorCount)
            {
                Write(csv, inWork.Dequeue().GetAwaiter().GetResult());
            }
        }

        if (inWork.Count == 0)
        {
            throw CsvRefusal.NoRows();
        }

        foreach (var answer in inWork)
        {
            Write(csv, answer.GetAwaiter().GetResult());
        }
    }

    private void RefuseTakenNames(IReadOnlyList<string> names)
    {
        if (_added.FirstOrDefault(names.Contains) is { } taken)
        {
            throw new RefusedException("duplicateHeader", taken, $"The answer adds a column '{taken}', and the file has one of that name already. Rename it.");
        }
    }

    private void Write(CsvWriter csv, Answer answer)
    {
        for (var row = 0; row < answer.Block.Rows; row++)
        {
            for (var column = 0; column < answer.Block.Columns; column++)
            {
                csv.WriteField(answer.Block.Cell(row, column));
            }

            Write(csv, answer.Predictions[row]);
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

    private sealed record Answer(CsvBlock Block, Prediction[] Predictions);
}
