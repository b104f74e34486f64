using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>A one-hot encoded category: one input per frequent level, and one for all rare, missing and unknown levels.</summary>
/// <param name="Name">The column.</param>
/// <param name="Levels">Levels with an input of their own, most frequent first.</param>
/// <param name="RareLevels">Levels that occur in the training rows, but too rarely for an input of their own.</param>
/// <param name="HasOther">Whether some training rows have a rare level or none, so that the last input can be learnt. Without it
/// such rows have no input set.</param>
public sealed record CategoryEncoding(string Name, IReadOnlyList<string> Levels, IReadOnlyList<string> RareLevels, bool HasOther)
    : FeatureEncoding(Name)
{
    /// <summary>Largest number of levels with an input of their own.</summary>
    public const int MaxLevels = 100;

    public override int Width => Levels.Count + (HasOther ? 1 : 0);

    /// <summary>The number of training rows that a level needs for an input of its own.</summary>
    public static int RowsNeeded(int trainRows) => Math.Clamp(trainRows / 100, 2, 10);

    /// <summary>Fits the encoding on the training rows. A level with at least 1% of the rows is frequent, but never with a single row, and
    /// always with ten.</summary>
    public static CategoryEncoding Fit(CategoryColumn column, ReadOnlySpan<int> trainRows)
    {
        var (counts, missing) = (new int[column.Levels.Length], 0);
        foreach (var row in trainRows)
        {
            if ((uint)column.Codes[row] < (uint)counts.Length)
            {
                counts[column.Codes[row]]++;
            }
            else if (column.IsMissing(row))
            {
                missing++;
            }
        }

        var enough = RowsNeeded(trainRows.Length);
        var frequent = Enumerable.Range(0, counts.Length)
            .Where(code => counts[code] >= enough)
            .OrderByDescending(code => counts[code]).ThenBy(code => column.Levels[code], StringComparer.Ordinal)
            .Take(MaxLevels).ToArray();
        var rare = Enumerable.Range(0, counts.Length).Where(code => counts[code] > 0).Except(frequent);
        var (ofKept, ofFrequent) = (counts.Sum(), frequent.Sum(code => counts[code]));
        return new(
            column.Name,
            [.. frequent.Select(code => column.Levels[code])],
            [.. rare.Select(code => column.Levels[code])],
            HasOther: frequent.Length > 0 && ofFrequent < trainRows.Length)
        {
            TrainingCounts = new(
                null, [.. frequent.Select(code => counts[code]), ofKept - ofFrequent, trainRows.Length - missing - ofKept], missing),
        };
    }

    public override void Encode(Column column, ReadOnlySpan<int> rows, Span<float> features, int stride, int offset)
    {
        var texts = (CategoryColumn)column;
        var inputs = InputsOf(texts.Levels);
        for (var i = 0; i < rows.Length; i++)
        {
            var code = texts.Codes[rows[i]];
            var input = (uint)code < (uint)inputs.Length ? inputs[code] : Levels.Count;
            if (input < Width)
            {
                features[i * stride + offset + input] = 1;
            }
        }
    }

    /// <summary>Returns the input of every level of a table.</summary>
    private int[] InputsOf(string[] levels)
    {
        var inputs = new Dictionary<string, int>(Levels.Count);
        for (var i = 0; i < Levels.Count; i++)
        {
            inputs[Levels[i]] = i;
        }

        return Array.ConvertAll(levels, level => inputs.GetValueOrDefault(level, Levels.Count));
    }
}
