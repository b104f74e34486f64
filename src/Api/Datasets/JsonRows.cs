using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CsvHelper;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Problems;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Rewrites JSON rows as the CSV that they would be: an array of flat objects, or <c>{ "rows": [...] }</c>. The first row's
/// members are the columns; a row that lacks one has a missing value there. To the serializer this is the list it fills,
/// which keeps no row, so that a large body streams through.
/// </summary>
internal sealed class JsonRows : Collection<JsonElement>
{
    private readonly CsvWriter _csv;
    private readonly Dictionary<string, int> _columns = [];
    private string?[] _cells = [];
    private int _rows;

    private JsonRows(CsvWriter csv) => _csv = csv;

    /// <param name="json">Seekable; read from its start.</param>
    /// <param name="csv">Where to.</param>
    /// <exception cref="RefusedException">With the row and column of the first mistake, or the line where the JSON breaks off.</exception>
    public static void WriteCsv(Stream json, Stream csv)
    {
        using var writer = CsvFormat.Write(csv);
        var rows = new JsonRows(writer);
        try
        {
            switch (FirstCharacter(json))
            {
                case '[':
                    JsonSerializer.Deserialize<JsonRows>(json, Into(rows));
                    break;
                case '{':
                    JsonSerializer.Deserialize<Wrapper>(json, Into(rows));
                    break;
                case null:
                    throw new RefusedException("emptyBody", null, "The body is empty: send an array of rows such as [{ \"hours\": 1, \"score\": 45 }].");
                default:
                    throw NoRows();
            }
        }
        catch (JsonException malformed)
        {
            throw malformed.InnerException is JsonException ? new RefusedException([JsonFaults.Malformed(malformed)]) : NoRows();
        }

        writer.Flush();
        if (rows._rows == 0)
        {
            throw new RefusedException("noRows", null, "There is no row: send at least one.");
        }
    }

    protected override void InsertItem(int index, JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException("wrongType", $"rows[{_rows}]", $"Row {_rows} is no object. Write it as {{ \"column\": value, ... }}.");
        }

        if (_rows == 0)
        {
            WriteHeader(item);
        }

        WriteRow(item);
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
            throw new RefusedException("noColumns", "rows[0]", "The first row is empty: its members name the dataset's columns.");
        }

        _csv.EndRecord();
        _cells = new string?[_columns.Count];
    }

    private void WriteRow(JsonElement row)
    {
        Array.Clear(_cells);
        foreach (var member in row.EnumerateObject())
        {
            var field = $"rows[{_rows}].{member.Name}";
            if (!_columns.TryGetValue(member.Name, out var column))
            {
                throw new RefusedException("unknownColumn", field, $"Row {_rows} has a column \"{member.Name}\" that the first row has not.{NearestName.Suggestion(member.Name, _columns.Keys)}");
            }

            _cells[column] = _cells[column] is null ? TextOf(member.Value, field) : throw new RefusedException("duplicateField", field, $"{field} stands there twice: send it once.");
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
        JsonValueKind.Object or JsonValueKind.Array => throw new RefusedException("nestedValue", field, $"{field} is nested. A value is a number, a text, true, false or null."),
        JsonValueKind.Number when !(Math.Abs(value.GetDouble()) <= Cell.LargestNumber) =>
            throw new RefusedException("numberTooLarge", field, $"{field} is too large a number. Send at most {Cell.LargestNumber}, in a larger unit if need be, or null."),
        _ => value.GetRawText(),
    };

    private static RefusedException NoRows() => new("wrongType", null, "The body is neither an array of rows nor { \"rows\": [...] } with nothing else beside it.");

    private static char? FirstCharacter(Stream json)
    {
        json.Position = 0;
        int octet;
        do
        {
            octet = json.ReadByte();
        }
        while (octet is ' ' or '\t' or '\r' or '\n');
        json.Position = 0;
        return octet < 0 ? null : (char)octet;
    }

    /// <summary>Makes the serializer fill these rows.</summary>
    private static JsonSerializerOptions Into(JsonRows rows) => new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver
        {
            Modifiers =
            {
                type =>
                {
                    if (type.Type == typeof(JsonRows))
                    {
                        type.CreateObject = () => rows;
                    }
                },
            },
        },
    };

    private sealed record Wrapper(JsonRows? Rows);
}
