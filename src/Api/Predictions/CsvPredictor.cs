using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using CsvHelper;
using Velodrome.Api.Datasets;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Predictions;

/// <summary>
/// Predicts the rows of a table of any length and writes them with the predictions added, as CSV. Blocks of rows are read in order,
/// predicted and turned into text in parallel, and written in order.
/// </summary>
internal sealed class CsvPredictor(TrainedModel model, FeatureReading reading, PredictionOptions options)
{
    private const int MaxBytesOfNumber = 32;

    private readonly string[] _addedNames = [
        "prediction",
        .. model.Encoder.Target is ClassTarget target
            ? target.Classes.Select(name => $"probability of {name}")
            : ["low", "high"],
        .. options.Disagreement ? ["disagreement"] : Array.Empty<string>(),
        "warnings"];

    /// <summary>Counts of the rows that were predicted; null if the model has no <see cref="TrainedModel.Inputs"/>.</summary>
    public long[]? InputCounts { get; } = model.Inputs is { } layout ? new long[layout.Counters] : null;

    /// <summary>Rows that were predicted.</summary>
    public int Rows { get; private set; }

    private bool _isForSpreadsheets;
    private bool _writesDecimalComma;
    private char _delimiter;

    /// <summary>Blocks that are predicted at the same time, one on each processor, and the two that are read and written.</summary>
    private static int BlocksAtATime => Environment.ProcessorCount + 2;

    /// <summary>Memory that <see cref="Predict"/> needs. A CSV that is longer than the sample of its dialect needs no more.</summary>
    public long MemoryOf(long csvLength) => CsvDialect.MemoryOf(csvLength) + BlocksAtATime *
        (CsvBlock.MaxTextBytes + MaxBytesOfText + Predictor.MemoryOf(model, MaxRowsOfBlock));

    private int MaxRowsOfBlock => CsvBlock.MaxRowsOf(model.Encoder.Features.Count + _addedNames.Length);

    /// <summary>The text of a block that is predicted, in a buffer that doubles when it is full.</summary>
    private long MaxBytesOfText => 2 * (CsvBlock.MaxTextBytes + (long)MaxRowsOfBlock * _addedNames.Length * MaxBytesOfNumber);

    /// <param name="input">The rows.</param>
    /// <param name="output">Receives the same rows with columns added.</param>
    /// <param name="format">The format of the answer. If that is not CSV, the output is to be converted to it.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="RefusedException">With the line and column of the first mistake.</exception>
    /// <returns>How the output is to be read, to convert it.</returns>
    public ReadingSettings Predict(ReceivedTable input, Stream output, TableFormat format, CancellationToken cancellationToken)
    {
        var typed = reading.For(input);
        using var file = PredictionFile.Open(input.Csv, isConverted: input.Format != TableFormat.Csv, typed, cancellationToken);
        var features = new CsvFeatureReader(typed, file.Names);
        _isForSpreadsheets = format == TableFormat.Csv;
        _delimiter = !_isForSpreadsheets || file.Dialect.Delimiter is Dialect.Spaces ? ',' : file.Dialect.Delimiter;
        _writesDecimalComma = reading.HasDecimalComma && _delimiter != ',';
        var added = WriteHeader(output, file.Names);
        var pending = new Queue<Task<PredictedBlock>>();
        while (CsvBlock.Read(file.Rows, _addedNames.Length) is { Rows: > 0 } block)
        {
            pending.Enqueue(Task.Run(() => PredictAsText(block, features), cancellationToken));
            if (pending.Count > Environment.ProcessorCount)
            {
                Write(pending.Dequeue().GetAwaiter().GetResult(), output);
            }
        }

        if (pending.Count == 0)
        {
            throw CsvRefusal.NoRows();
        }

        foreach (var predicted in pending)
        {
            Write(predicted.GetAwaiter().GetResult(), output);
        }

        return new(new ReadingOptions { Columns = KindsOf(input.Kinds, added) }, format);
    }

    /// <summary>The kinds of the output's columns, as far as they are known.</summary>
    private Dictionary<string, ColumnOptions> KindsOf(IReadOnlyDictionary<string, ColumnOptions> known, List<string> added)
    {
        var kinds = new Dictionary<string, ColumnOptions>(known);
        foreach (var (feature, reader) in reading.Features)
        {
            if (reader.Column.Kind == ColumnKind.Category)
            {
                var declared = kinds.GetValueOrDefault(feature.Name) ?? new();
                kinds[feature.Name] = declared with { Kind = declared.Kind ?? ColumnKind.Category };
            }
        }

        for (var i = 0; i < added.Count; i++)
        {
            var isText = i == added.Count - 1 || (i == 0 && model.Encoder.Target is ClassTarget);
            kinds[added[i]] = new() { Kind = isText ? ColumnKind.Category : ColumnKind.Number };
        }

        return kinds;
    }

    /// <summary>Writes the file's names, and those that are added. An added name that the file has too gets a number.</summary>
    /// <returns>The names that are added.</returns>
    private List<string> WriteHeader(Stream output, IReadOnlyList<string> names)
    {
        using var csv = CsvFormat.Write(output, _delimiter);
        var added = new List<string>();
        foreach (var name in names)
        {
            Write(csv, Encoding.UTF8.GetBytes(name));
        }

        var taken = names.ToHashSet();
        foreach (var name in _addedNames)
        {
            var free = name;
            for (var number = 2; !taken.Add(free); number++)
            {
                free = $"{name}_{number}";
            }

            Write(csv, Encoding.UTF8.GetBytes(free));
            added.Add(free);
        }

        csv.EndRecord();
        return added;
    }

    private void Write(PredictedBlock block, Stream output)
    {
        block.Text.WriteTo(output);
        Rows += block.Rows;
        if (InputCounts is not null)
        {
            TensorPrimitives.Add<long>(InputCounts, block.InputCounts, InputCounts);
        }
    }

    /// <summary>The rows of a block with their predictions, as CSV.</summary>
    private PredictedBlock PredictAsText(CsvBlock block, CsvFeatureReader features)
    {
        var table = features.Read(block);
        var predictions = Predictor.Predict(model, table, options, row => $"Line {block.Line(row)}");
        var text = new MemoryStream();
        using var csv = CsvFormat.Write(text, _delimiter);
        for (var row = 0; row < block.Rows; row++)
        {
            for (var column = 0; column < block.Columns; column++)
            {
                Write(csv, block.Cell(row, column));
            }

            Write(csv, predictions[row]);
            csv.EndRecord();
        }

        return new(text, block.Rows, model.Inputs?.Count(table));
    }

    private void Write(CsvWriter csv, Prediction prediction)
    {
        if (model.Encoder.Target is ClassTarget target)
        {
            Write(csv, Encoding.UTF8.GetBytes(prediction.Label!));
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

        if (options.Disagreement)
        {
            Write(csv, prediction.Disagreement);
        }

        Write(csv, Encoding.UTF8.GetBytes(
            string.Join(' ', prediction.Warnings.Select(warning => $"{warning.Code}:{warning.Feature}"))));
    }

    private void Write(CsvWriter csv, ReadOnlySpan<byte> text)
    {
        if (_isForSpreadsheets)
        {
            SpreadsheetText.Write(csv, text);
        }
        else
        {
            csv.WriteField(text);
        }
    }

    private void Write(CsvWriter csv, double? value)
    {
        Span<byte> text = stackalloc byte[MaxBytesOfNumber];
        var length = 0;
        value?.TryFormat(text, out length, provider: CultureInfo.InvariantCulture);
        if (_writesDecimalComma)
        {
            text[..length].Replace((byte)'.', (byte)',');
        }

        csv.WriteField(text[..length]);
    }

    /// <param name="Text">The rows as CSV.</param>
    /// <param name="Rows">How many.</param>
    /// <param name="InputCounts">Their counts, by <see cref="TrainedModel.Inputs"/>.</param>
    private sealed record PredictedBlock(MemoryStream Text, int Rows, long[]? InputCounts);
}
