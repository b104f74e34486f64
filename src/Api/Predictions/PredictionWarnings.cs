using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Finds values that did not occur in the training rows of a model.</summary>
internal static class PredictionWarnings
{
    /// <returns>The warnings of each row, in the order of the features.</returns>
    public static IReadOnlyList<PredictionWarning>[] Find(Table table, IReadOnlyList<FeatureEncoding> features)
    {
        var rows = new IReadOnlyList<PredictionWarning>[table.Rows];
        Array.Fill(rows, []); // most rows have none
        foreach (var feature in features)
        {
            foreach (var (row, warning) in Find(table.Find(feature.Name)!, feature))
            {
                if (rows[row] is not List<PredictionWarning> warnings)
                {
                    rows[row] = warnings = [];
                }

                warnings.Add(warning);
            }
        }

        return rows;
    }

    private static IEnumerable<(int Row, PredictionWarning Warning)> Find(Column column, FeatureEncoding feature)
    {
        var rows = Enumerable.Range(0, column.Rows);
        return (feature, column) switch
        {
            (NumberEncoding encoding, NumberColumn numbers) => rows
                .Select(row => (row, warning: OfNumber(numbers.Values[row], encoding)!)).Where(found => found.warning is not null),
            (CategoryEncoding encoding, CategoryColumn texts) => OfTexts(rows, texts, encoding),
            _ => [],
        };
    }

    private static PredictionWarning? OfNumber(double value, NumberEncoding encoding) => value switch
    {
        double.NaN => new("imputed", encoding.Name, null, null, encoding.Median),
        _ when encoding.Kind != ColumnKind.Boolean && (value < encoding.Min || value > encoding.Max) =>
            new("outsideTrainingRange", encoding.Name, value, [encoding.Min, encoding.Max], null),
        _ => null,
    };

    private static IEnumerable<(int, PredictionWarning)> OfTexts(IEnumerable<int> rows, CategoryColumn texts, CategoryEncoding encoding)
    {
        var seen = encoding.Levels.Concat(encoding.RareLevels).ToHashSet();
        foreach (var row in rows)
        {
            if (texts.IsMissing(row))
            {
                yield return (row, new("imputed", encoding.Name, null, null, null));
            }
            else if (!seen.Contains(texts.Levels[texts.Codes[row]]))
            {
                yield return (row, new("unseenCategory", encoding.Name, texts.Levels[texts.Codes[row]], null, null));
            }
        }
    }
}
