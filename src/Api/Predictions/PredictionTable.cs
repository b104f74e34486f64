using System.Text.Json;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Turns JSON rows into a table with a model's features as columns.</summary>
internal static class PredictionTable
{
    /// <exception cref="RefusedException">
    /// <c>missingColumn</c>, <c>unknownColumn</c>, <c>wrongType</c>, <c>outOfRange</c>, with row and column name.
    /// </exception>
    public static Table From(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, IReadOnlyList<FeatureEncoding> features)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].Count != features.Count || features.Any(feature => !rows[row].ContainsKey(feature.Name)))
            {
                throw OtherColumns(rows[row], row, [.. features.Select(feature => feature.Name)]);
            }
        }

        return new([.. features.Select(feature => ColumnOf(rows, feature))]);
    }

    private static RefusedException OtherColumns(IReadOnlyDictionary<string, JsonElement> cells, int row, string[] names)
    {
        if (cells.Keys.Except(names).FirstOrDefault() is { } unknown)
        {
            return new("unknownColumn", Field(row, unknown),
                $"The run has no feature '{unknown}'.{NearestName.Suggestion(unknown, names)} " +
                $"Its features are {string.Join(", ", names)}.");
        }

        var missing = names.Except(cells.Keys).First();
        return new("missingColumn", Field(row, missing),
            $"The row lacks '{missing}'. Send every feature of the run; send null for a missing value.");
    }

    private static Column ColumnOf(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, FeatureEncoding feature)
    {
        var (name, cells) = (feature.Name, rows.Select(row => row[feature.Name]));
        return feature switch
        {
            NumberEncoding { Kind: ColumnKind.Boolean } =>
                new NumberColumn(name, [.. cells.Select((cell, row) => Boolean(cell, row, name))], ColumnKind.Boolean),
            NumberEncoding => new NumberColumn(name, [.. cells.Select((cell, row) => Number(cell, row, name))]),
            _ => CategoryColumn.FromTexts(name, [.. cells.Select((cell, row) => Text(cell, row, name))]),
        };
    }

    private static double Number(JsonElement cell, int row, string name) => cell.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.Number when Math.Abs(cell.GetDouble()) <= NumberColumn.Largest => cell.GetDouble(),
        JsonValueKind.Number => throw new RefusedException("outOfRange", Field(row, name),
            $"'{name}' is {cell}, which is too large; the largest number is {NumberColumn.Largest}."),
        _ => throw WrongType(row, name, "a number", cell),
    };

    private static double Boolean(JsonElement cell, int row, string name) => cell.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => throw WrongType(row, name, "true or false", cell),
    };

    private static string? Text(JsonElement cell, int row, string name) => cell.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => cell.GetString(),
        _ => throw WrongType(row, name, "a text", cell),
    };

    private static RefusedException WrongType(int row, string name, string expected, JsonElement cell) => new("wrongType", Field(row, name),
        $"'{name}' is {cell.GetRawText()}, but the run was trained on {expected} in this column. Send {expected}, or null if it is " +
        "missing.");

    private static string Field(int row, string name) => $"rows[{row}].{name}";
}
