using System.Globalization;
using Velodrome.Training.Losses;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>A class to predict; the network has one output, a score, for each.</summary>
/// <param name="Name">The column.</param>
/// <param name="Classes">The classes that training rows have, ordered by ordinal text, or by value if they are numbers.</param>
/// <param name="Kind">Kind of the column: texts, numbers, or true and false.</param>
public sealed record ClassTarget(string Name, IReadOnlyList<string> Classes, ColumnKind Kind) : TargetEncoding(Name)
{
    /// <summary>With more classes than this a column is taken for a number or a label, not for a class.</summary>
    public const int MaxClasses = 100;

    /// <summary>The index of a class that training never saw.</summary>
    public const int Unseen = -1;

    public override int Outputs => Classes.Count;

    /// <summary>Fits on the training rows.</summary>
    /// <exception cref="RefusedException"><c>constantTarget</c>: all training rows have one class. <c>tooManyClasses</c>.</exception>
    public static ClassTarget Fit(Column column, ReadOnlySpan<int> trainRows)
    {
        var keys = new HashSet<double>();
        foreach (var row in trainRows)
        {
            keys.Add(KeyOf(column, row));
        }

        if (keys.Count > MaxClasses)
        {
            throw new RefusedException("tooManyClasses", "target",
                $"'{column.Name}' has {keys.Count} different values in the training rows; at most {MaxClasses} classes can be told apart. Choose another target, or \"task\": \"regression\" for numbers.");
        }

        var ordered = column is CategoryColumn
            ? keys.OrderBy(key => LabelOf(column, key), StringComparer.Ordinal)
            : keys.Order();
        string[] classes = [.. ordered.Select(key => LabelOf(column, key))];
        return classes.Length > 1 ? new(column.Name, classes, column.Kind) : throw new RefusedException("constantTarget", "target",
            $"Every training row has the class '{classes[0]}': there is nothing to tell apart. Choose another target, or \"split\": \"stratified\", which keeps every class in training.");
    }

    public override float[] Encode(Column column, ReadOnlySpan<int> rows)
    {
        var indices = new float[rows.Length];
        var known = new Dictionary<double, int>();
        for (var i = 0; i < indices.Length; i++)
        {
            var key = KeyOf(column, rows[i]);
            if (!known.TryGetValue(key, out var index))
            {
                known[key] = index = IndexOf(LabelOf(column, key));
            }

            indices[i] = index;
        }

        return indices;
    }

    public override double LossScale(LossKind loss) => 1;

    /// <summary>The class in words: a text as it stands, a number in invariant form, true or false.</summary>
    public static string LabelAt(Column column, int row) => LabelOf(column, KeyOf(column, row));

    private int IndexOf(string label)
    {
        for (var i = 0; i < Classes.Count; i++)
        {
            if (Classes[i] == label)
            {
                return i;
            }
        }

        return Unseen;
    }

    private static double KeyOf(Column column, int row) =>
        column is CategoryColumn texts ? texts.Codes[row] : ((NumberColumn)column).Values[row] + 0.0; // -0 becomes 0

    private static string LabelOf(Column column, double key) => column switch
    {
        CategoryColumn texts => (int)key < texts.Levels.Length ? texts.Levels[(int)key] : "(further levels)",
        { Kind: ColumnKind.Boolean } => key == 0 ? "false" : "true",
        _ => key.ToString(CultureInfo.InvariantCulture),
    };
}
