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
        var names = features.Select(feature => feature.Name).ToHashSet();
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].Keys.FirstOrDefault(key => !names.Contains(key)) is { } unknown)
            {
                throw new RefusedException("unknownColumn", Field(row, unknown),
                    $"The run has no feature '{unknown}'.{NearestName.Suggestion(unknown, names)} Its features are {string.Join(", ", names)}.");
            }
        }

        return new([.. features.Select(feature => ColumnOf(rows, feature))]);
    }

    private static Column ColumnOf(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, FeatureEncoding feature)
    {
        var cells = rows.Select((row, number) => row.TryGetValue(feature.Name, out var cell) ? cell : throw Missing(number, feature.Name));
        return feature switch
        {
            NumberEncoding { Kind: ColumnKind.Boolean } => new NumberColumn(feature.Name, [.. cells.Select((cell, row) => Boolean(cell, row, feature.Name))], ColumnKind.Boolean),
            NumberEncoding => new NumberColumn(feature.Name, [.. cells.Select((cell, row) => Number(cell, row, feature.Name))]),
            _ => CategoryColumn.Of(feature.Name, [.. cells.Select((cell, row) => Text(cell, row, feature.Name))]),
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

    private static RefusedException Missing(int row, string name) => new("missingColumn", Field(row, name),
        $"The row lacks '{name}'. Send every feature of the run; null where the value is not known.");

    private static RefusedException Wrong(int row, string name, string expected, JsonElement cell) =>
        new("wrongType", Field(row, name), $"'{name}' was trained as {expected}, and the row has {cell.GetRawText()}. Send {expected}, or null where it is not known.");

    private static string Field(int row, string name) => $"rows[{row}].{name}";
}
