using System.Text.Json;
using CsvHelper;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Api.Problems;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Converts JSON rows to CSV. The members of the first row are the columns; a later row that lacks one has a missing value there.
/// </summary>
internal sealed class JsonRowsToCsv
{
    private readonly CsvWriter _csv;
    private readonly Dictionary<string, int> _columns = [];
    private string?[] _cells = [];

    private CellTypes[] _types = [];

    private int[] _emptyTexts = [];

    private int _rows;

    private JsonRowsToCsv(CsvWriter csv) => _csv = csv;

    /// <param name="json">Seekable; read from its start.</param>
    /// <param name="isNdjson">Whether each line is a row, and not the whole an array of rows.</param>
    /// <param name="csv">Receives the CSV.</param>
    /// <param name="maxBytes">The longest CSV. Short rows of many columns make a CSV much longer than the JSON.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <returns>The types of the columns' values, by the names that the columns get, and what was lost.</returns>
    /// <exception cref="RefusedException">With the row and column of the first mistake, or the position of malformed JSON.</exception>
    public static (Dictionary<string, CellTypes> Types, IReadOnlyList<DatasetWarning> Notes) Convert(
        Stream json, bool isNdjson, Stream csv, long maxBytes, CancellationToken cancellationToken)
    {
        SkipMark(json);
        using var writer = CsvFormat.Write(csv);
        var conversion = new JsonRowsToCsv(writer);
        try
        {
            foreach (var row in isNdjson ? new NdjsonReader(json).Read() : new JsonRowReader(json).Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                conversion.Write(row);
                RefuseTooLarge(csv, maxBytes);
            }
        }
        catch (JsonException malformed)
        {
            throw new RefusedException([JsonFaults.Malformed(malformed)]);
        }

        writer.Flush();
        RefuseTooLarge(csv, maxBytes);
        if (conversion._rows == 0)
        {
            throw new RefusedException("noRows", null, "There are no rows. Send at least one.");
        }

        return (conversion.Types(), [.. conversion.Notes()]);
    }

    private IEnumerable<DatasetWarning> Notes() => _columns.Where(column => _emptyTexts[column.Value] > 0)
        .Select(column => ConvertedCsv.EmptyTexts(column.Key, _emptyTexts[column.Value], _rows));

    private Dictionary<string, CellTypes> Types()
    {
        var columns = ColumnNames.Of([.. _columns.Keys.Select(name => name.Trim())]);
        return _columns.Values.Where(column => !columns.Nameless.Contains(column))
            .ToDictionary(column => columns.Names[column], column => _types[column]);
    }

    private void Write(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException("wrongType", $"rows[{_rows}]",
                $"Row {_rows} is not an object. Write it as {{ \"column\": value, ... }}.");
        }

        if (_rows == 0)
        {
            WriteHeader(row);
        }

        WriteCells(row);
        _rows++;
    }

    private void WriteHeader(JsonElement first)
    {
        foreach (var member in first.EnumerateObject())
        {
            if (_columns.TryAdd(member.Name, _columns.Count))
            {
                _csv.WriteField(member.Name);
            }
        }

        if (_columns.Count == 0)
        {
            throw new RefusedException("noColumns", "rows[0]", "The first row is empty. Its members name the dataset's columns.");
        }

        _csv.EndRecord();
        _cells = new string?[_columns.Count];
        _types = new CellTypes[_columns.Count];
        _emptyTexts = new int[_columns.Count];
    }

    private void WriteCells(JsonElement row)
    {
        Array.Clear(_cells);
        foreach (var member in row.EnumerateObject())
        {
            var field = $"rows[{_rows}].{member.Name}";
            if (!_columns.TryGetValue(member.Name, out var column))
            {
                throw new RefusedException("unknownColumn", field,
                    $"Row {_rows} has a column \"{member.Name}\", which the first row lacks." +
                    NearestName.Suggestion(member.Name, _columns.Keys));
            }

            _cells[column] = _cells[column] is null ? TextOf(member.Value, field)
                : throw new RefusedException("duplicateField", field, $"{field} occurs twice. Send it once.");
            Note(ref _types[column], member.Value.ValueKind, _cells[column]);
            _emptyTexts[column] += member.Value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(_cells[column]) ? 1 : 0;
        }

        foreach (var cell in _cells)
        {
            if (_cells.Length == 1 && string.IsNullOrEmpty(cell))
            {
                _csv.WriteField(cell, CsvQuoting.Always); // a blank line at the end of the file would be no row
            }
            else
            {
                _csv.WriteField(cell);
            }
        }

        _csv.EndRecord();
    }

    private static void Note(ref CellTypes types, JsonValueKind kind, string? text)
    {
        switch (kind)
        {
            case JsonValueKind.String:
                types.NoteText(text);
                break;
            case JsonValueKind.Number:
                types.NoteNumber(hasFraction: text!.Contains('.'));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                types.NoteBoolean();
                break;
        }
    }

    private static string TextOf(JsonElement value, string field) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Object or JsonValueKind.Array => throw new RefusedException("nestedValue", field,
            $"{field} is nested. A value is a number, a string, true, false or null."),
        JsonValueKind.Number when !(Math.Abs(value.GetDouble()) <= NumberColumn.Largest) => throw new RefusedException(
            "numberTooLarge", field,
            $"{field} is too large. Send a number of at most {NumberColumn.Largest}, if necessary in a larger unit, or null."),
        _ => value.GetRawText(),
    };

    private static void RefuseTooLarge(Stream csv, long maxBytes)
    {
        if (csv.Position > maxBytes)
        {
            throw new RefusedException("bodyTooLarge", null,
                $"As CSV, the rows are larger than {maxBytes >> 20} MiB. Send fewer rows, or start the service with a larger " +
                "MaxUploadMegabytes.");
        }
    }

    /// <summary>Moves behind a byte order mark, and refuses a body that has nothing else but white space.</summary>
    private static void SkipMark(Stream json)
    {
        Span<byte> mark = stackalloc byte[JsonText.Mark.Length];
        json.Position = 0;
        json.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        var start = json.Position = mark.SequenceEqual(JsonText.Mark) ? mark.Length : 0;
        int octet;
        do
        {
            octet = json.ReadByte();
        }
        while (octet is ' ' or '\t' or '\r' or '\n');
        json.Position = octet >= 0 ? start
            : throw new RefusedException("emptyBody", null,
                "The body is empty. Send an array of rows such as [{ \"hours\": 1, \"score\": 45 }].");
    }
}
