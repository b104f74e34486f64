using System.Text.Json;

namespace Velodrome.Api.Datasets.Formats.Export;

/// <summary>Writes a table as an array of objects, or as one object in each line.</summary>
internal static class JsonTable
{
    private const int FlushBytes = 1 << 16;

    public static void Write(TypedRows rows, Stream output, bool isNdjson, CancellationToken cancellationToken)
    {
        var names = rows.Columns.Select(column => JsonEncodedText.Encode(column.Name)).ToArray();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        if (!isNdjson)
        {
            json.WriteStartArray();
        }

        while (rows.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            WriteRow(json, rows, names);
            if (isNdjson)
            {
                json.Flush();
                json.Reset();
                output.WriteByte((byte)'\n');
            }
            else if (json.BytesPending > FlushBytes)
            {
                json.Flush();
            }
        }

        if (!isNdjson)
        {
            json.WriteEndArray();
        }
    }

    private static void WriteRow(Utf8JsonWriter json, TypedRows rows, JsonEncodedText[] names)
    {
        json.WriteStartObject();
        for (var column = 0; column < names.Length; column++)
        {
            json.WritePropertyName(names[column]);
            if (rows.IsNumber(column) && rows.Number(column) is { } number)
            {
                json.WriteNumberValue(number);
            }
            else if (rows.IsBoolean(column) && rows.Boolean(column) is { } value)
            {
                json.WriteBooleanValue(value);
            }
            else if (!rows.IsNumber(column) && !rows.IsBoolean(column) && rows.Text(column) is { } text)
            {
                json.WriteStringValue(text);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndObject();
    }
}
