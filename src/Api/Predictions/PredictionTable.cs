using System.Text.Json;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Turns rows of JSON into a table with the columns that a model was trained with.</summary>
internal static class PredictionTable
{
    /// <exception cref="RefusedException"><c>missingColumn</c>, <c>unknownColumn</c>, <c>wrongType</c>, by row and name.</exception>
    public static Table From(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, IReadOnlyList<FeatureEncoding> features)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].Count != features.Count || features.Any(feature => !rows[row].ContainsKey(feature.Name)))
            {
                throw Mismatch(rows[row], row, [.. features.Select(feature => feature.Name)]);
            }
        }

        return new([.. features.Select(feature => ColumnOf(rows, feature))]);
    }

    private static RefusedException Mismatch(IReadOnlyDictionary<string, JsonElement> cells, int row, string[] names)
    {
        if (cells.Keys.Except(names).FirstOrDefault() is { } unknown)
        {
            return new("unknownColumn", Field(row, unknown),
                $"The run has no feature '{unknown}'.{NearestName.Suggestion(unknown, names)} Its features are {string.Join(", ", names)}.");
        }

        var missing = names.Except(cells.Keys).First();
        return new("missingColumn", Field(row, missing), $"The row lacks '{missing}'. Send every feature of the run; null where the value is not known.");
    }

    private static Column ColumnOf(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, FeatureEncoding feature)
    {
        var cells = rows.Select(row => row[feature.Name]);
        return feature switch
        {
            NumberEncoding { Kind: ColumnKind.Boolean } => new NumberColumn(feature.Name, [.. cells.Select((cell, row) => Boolean(cell, row, feature.Name))], ColumnKind.Boolean),
            NumberEncoding => new NumberColumn(feature.Name, [.. cells.Select((cell, row) => Number(cell, row, feature.Name))]),
            _ => CategoryColumn.FromTexts(feature.Name, [.. cells.Select((cell, row) => Text(cell, row, feature.Name))]),
        };
    }

    private static double Number(JsonElement cell, int row, string name) => cell.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.Number when Math.Abs(cell.GetDouble()) <= NumberColumn.Largest => cell.GetDouble(),
        JsonValueKind.Number => throw new RefusedException("outOfRange", Field(row, name), $"'{name}' is {cell}; numbers up to 3e38 can be predicted from."),
        _ => throw Wrong(row, name, "a number", cell),
    };

    private static double Boolean(JsonElement cell, int row, string name) => cell.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => throw Wrong(row, name, "true or false", cell),
    };

    private static string? Text(JsonElement cell, int row, string name) => cell.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => cell.GetString(),
        _ => throw Wrong(row, name, "a text", cell),
    };

    private static RefusedException Wrong(int row, string name, string expected, JsonElement cell) =>
        new("wrongType", Field(row, name), $"'{name}' was trained as {expected}, and the row has {cell.GetRawText()}. Send {expected}, or null where it is not known.");

    private static string Field(int row, string name) => $"rows[{row}].{name}";
}
