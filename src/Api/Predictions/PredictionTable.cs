using System.Text;
using System.Text.Json;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Predictions;

/// <summary>Turns JSON rows into a table with a model's features as columns. Other columns of the run's dataset are ignored.</summary>
internal static class PredictionTable
{
    /// <exception cref="RefusedException">
    /// <c>missingColumn</c>, <c>unknownColumn</c>, <c>duplicateField</c>, <c>wrongType</c>, <c>outOfRange</c>, with row and column name.
    /// </exception>
    public static Table From(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, FeatureReading reading)
    {
        var indices = new Dictionary<string, int>();
        foreach (var (encoding, _) in reading.Features)
        {
            indices.Add(encoding.Name, indices.Count);
        }

        var cells = new JsonElement[indices.Count][]; // by feature, then by row
        for (var feature = 0; feature < cells.Length; feature++)
        {
            cells[feature] = new JsonElement[rows.Count];
        }

        for (var row = 0; row < rows.Count; row++)
        {
            Assign(rows[row], row, reading, indices, cells);
        }

        return new([.. reading.Features.Select((feature, i) => ColumnOf(cells[i], feature.Encoding, feature.Reader))]);
    }

    /// <summary>Puts the cells of a row where their features are.</summary>
    private static void Assign(
        IReadOnlyDictionary<string, JsonElement> row, int number, FeatureReading reading, Dictionary<string, int> indices,
        JsonElement[][] cells)
    {
        foreach (var (key, value) in row)
        {
            if (indices.TryGetValue(key, out var feature)
                || (reading.ColumnNamed(key) is { } name && indices.TryGetValue(name, out feature)))
            {
                cells[feature][number] = cells[feature][number].ValueKind == JsonValueKind.Undefined ? value
                    : throw new RefusedException("duplicateField", Field(number, key), $"The row has '{key.Trim()}' twice. Send it once.");
            }
            else if (reading.ColumnNamed(key) is null)
            {
                throw new RefusedException("unknownColumn", Field(number, key),
                    $"The run has no feature '{key}', and its dataset has no such column.{NearestName.Suggestion(key, indices.Keys)} " +
                    $"Its features are {string.Join(", ", indices.Keys)}.");
            }
        }

        foreach (var (name, feature) in indices)
        {
            if (cells[feature][number].ValueKind == JsonValueKind.Undefined)
            {
                throw new RefusedException("missingColumn", Field(number, name),
                    $"The row lacks '{name}'. Send every feature of the run; send null for a missing value.");
            }
        }
    }

    private static Column ColumnOf(JsonElement[] cells, FeatureEncoding feature, CellReader reader) => feature is NumberEncoding number
        ? new NumberColumn(feature.Name, [.. cells.Select((cell, row) => Number(cell, row, number, reader))], number.Kind)
        : CategoryColumn.FromTexts(feature.Name, [.. cells.Select((cell, row) => Text(cell, row, reader))]);

    private static double Number(JsonElement cell, int row, NumberEncoding feature, CellReader reader)
    {
        var value = (cell.ValueKind, feature.Kind) switch
        {
            (JsonValueKind.Null, _) => double.NaN,
            (JsonValueKind.True, ColumnKind.Boolean) => 1,
            (JsonValueKind.False, ColumnKind.Boolean) => 0,
            (JsonValueKind.Number, ColumnKind.Number) => IsMissingNumber(cell, reader) ? double.NaN : cell.GetDouble(),
            (JsonValueKind.String or JsonValueKind.Number, _) when reader.TryRead(BytesOf(cell), out var read) => read,
            _ => throw WrongType(row, feature.Name, Describe(reader.Column), cell),
        };
        return feature.Kind == ColumnKind.Number && !double.IsNaN(value) && ExtremeInput.Describe(value, feature) is { } sentence
            ? throw new RefusedException("outOfRange", Field(row, feature.Name), $"'{feature.Name}' is {cell}, {sentence}")
            : value;
    }

    /// <summary>Whether the number is one of the column's markers, such as -999.</summary>
    private static bool IsMissingNumber(JsonElement cell, CellReader reader) =>
        reader.HasNumericMarkers && reader.IsMissing(BytesOf(cell));

    private static string? Text(JsonElement cell, int row, CellReader reader)
    {
        if (cell.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (cell.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            throw WrongType(row, reader.Column.Name, Describe(reader.Column), cell);
        }

        var bytes = BytesOf(cell);
        return reader.IsMissing(bytes) ? null : Encoding.UTF8.GetString(reader.TextOf(bytes));
    }

    /// <summary>The cell as a CSV would have it.</summary>
    private static byte[] BytesOf(JsonElement cell) =>
        Encoding.UTF8.GetBytes(cell.ValueKind == JsonValueKind.String ? cell.GetString()! : cell.GetRawText());

    private static RefusedException WrongType(int row, string name, string expected, JsonElement cell) => new("wrongType", Field(row, name),
        $"'{name}' is {Shorten(cell.GetRawText())}, but the run was trained on {expected} in this column. Send {expected}, or null if it " +
        "is missing.");

    /// <summary>What a column contains, for messages.</summary>
    public static string Describe(ColumnReading column) => column switch
    {
        { Kind: ColumnKind.Number, Number: null } => "a number",
        { Kind: ColumnKind.Number, Number: { } format } => $"a number with a decimal {(format.Decimal == ',' ? "comma" : "point")}" +
            (format.Unit is { } unit ? $", with or without {unit}" : ""),
        { Kind: ColumnKind.Boolean, Boolean: null } => "true or false",
        { Kind: ColumnKind.Boolean, Boolean: { } words } => $"one of the words {string.Join(", ", words.True.Concat(words.False))}",
        { Kind: ColumnKind.Date, Format: var format } => $"a date of the format {format}, or as in ISO 8601",
        _ => "a text",
    };

    private static string Shorten(string text) => text.Length <= 100 ? text : $"{text.AsSpan(0, 100)}…";

    private static string Field(int row, string name) => $"rows[{row}].{name}";
}
