using Velodrome.Api.Datasets.Csv;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>The file of a dataset, to which rows are appended.</summary>
/// <param name="Dataset">Its newest version.</param>
/// <param name="Reading">How it is read.</param>
/// <param name="Names">A name for each field of its rows, also for those that are left out of the dataset.</param>
internal sealed record StoredFile(Dataset Dataset, TableReading Reading, IReadOnlyList<string> Names)
{
    /// <param name="dataset">The newest version.</param>
    /// <param name="reader">Reads its header.</param>
    public static StoredFile Open(Dataset dataset, DatasetReader reader)
    {
        var reading = dataset.ReadingOrDefault;
        using var csv = reader.OpenCsv(dataset);
        using var rows = new CsvRows(csv, reading.Dialect, isChecked: true, CancellationToken.None);
        string[] names = [.. ColumnNames.Of(rows.Header).Names];
        foreach (var column in reading.Columns)
        {
            names[column.Field] = column.Name;
        }

        return new(dataset, reading, names);
    }

    /// <summary>What has to come before the first appended row: a line break, if the file does not end with one.</summary>
    /// <param name="end">The last bytes of the file, an even number of them.</param>
    /// <exception cref="RefusedException"><c>notAppendable</c>.</exception>
    public string LineBreakAfter(ReadOnlySpan<byte> end)
    {
        var encoding = (System.Text.Encoding)CodePages.Of(Reading.Dialect.Encoding).Clone();
        encoding.DecoderFallback = System.Text.DecoderFallback.ReplacementFallback; // the first character may be cut
        var text = encoding.GetString(end);
        var lines = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text is [.., '\n' or '\r'] ? text[..^1] : text;
        var lastLine = lines.AsSpan(lines.AsSpan().LastIndexOfAny('\n', '\r') + 1);
        if (Names.Count == 1 && Reading.Dialect.KeepsBlankLines && lastLine.IsWhiteSpace())
        {
            throw new RefusedException("notAppendable", "name",
                $"The file of dataset \"{Dataset.Name}\" has one column and ends with blank lines. Before appended rows, they would " +
                "become rows without a value. Upload the whole table under a new name, without the blank lines.");
        }

        return text.EndsWith('\n') ? "" : "\n"; // after a carriage return, it completes the line break
    }
}
