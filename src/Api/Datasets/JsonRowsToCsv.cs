using System.Text.Json;
using CsvHelper;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Problems;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Converts JSON rows to CSV. The members of the first row are the columns; a later row that lacks one has a missing value there.
/// </summary>
internal sealed class JsonRowsToCsv
{
    private readonly CsvWriter _csv;
    private readonly Dictionary<string, int> _columns = [];
    private string?[] _cells = [];
    private int _rows;

    private JsonRowsToCsv(CsvWriter csv) => _csv = csv;

    /// <param name="json">Seekable; read from its start.</param>
    /// <param name="csv">Receives the CSV.</param>
    /// <param name="maxBytes">The longest CSV. Short rows of many columns make a CSV much longer than the JSON.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="RefusedException">With the row and column of the first mistake, or the position of malformed JSON.</exception>
    public static void Convert(Stream json, Stream csv, long maxBytes, CancellationToken cancellationToken)
    {
        SkipBlanks(json);
        using var writer = CsvFormat.Write(csv);
        var conversion = new JsonRowsToCsv(writer);
        try
        {
            foreach (var row in new JsonRowReader(json).Read())
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
            throw new RefusedException("noRows", null, "The array is empty. Send at least one row.");
        }
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
        }

        foreach (var cell in _cells)
        {
            _csv.WriteField(cell);
        }

        _csv.EndRecord();
    }

    private static string TextOf(JsonElement value, string field) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Object or JsonValueKind.Array => throw new RefusedException("nestedValue", field,
            $"{field} is nested. A value is a number, a text, true, false or null."),
        JsonValueKind.Number when !(Math.Abs(value.GetDouble()) <= Cell.LargestNumber) => throw new RefusedException(
            "numberTooLarge", field,
            $"{field} is too large. Send a number of at most {Cell.LargestNumber}, if necessary in a larger unit, or null."),
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

    /// <summary>Moves to the first byte that is not white space.</summary>
    private static void SkipBlanks(Stream json)
    {
        json.Position = 0;
        int octet;
        do
        {
            octet = json.ReadByte();
        }
        while (octet is ' ' or '\t' or '\r' or '\n');
        json.Position = octet >= 0 ? 0
            : throw new RefusedException("emptyBody", null,
                "The body is empty. Send an array of rows such as [{ \"hours\": 1, \"score\": 45 }].");
    }
}
