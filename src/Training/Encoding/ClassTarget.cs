using Velodrome.Training.Losses;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>A class to predict. The network has one output, a score, per class.</summary>
/// <param name="Name">The column.</param>
/// <param name="Classes">The classes of the training rows, in ordinal order of their text, or by value if they are numbers.</param>
/// <param name="Kind">Kind of the column.</param>
public sealed record ClassTarget(string Name, IReadOnlyList<string> Classes, ColumnKind Kind) : TargetEncoding(Name)
{
    /// <summary>A column with more distinct values than this can't be the target of a classification.</summary>
    public const int MaxClasses = 100;

    /// <summary>Largest length of a class, in characters. Every prediction repeats all classes.</summary>
    public const int MaxLabelLength = 200;

    /// <summary>Code of a class that does not occur in the training rows.</summary>
    public const int Unseen = -1;

    public override int Outputs => Classes.Count;

    /// <summary>Finds the classes of the training rows.</summary>
    /// <exception cref="RefusedException"><c>constantTarget</c>: all training rows have the same class. <c>tooManyClasses</c>: they have
    /// more than <see cref="MaxClasses"/> classes. <c>classNameTooLong</c>: the text of one has more than <see cref="MaxLabelLength"/>
    /// characters.</exception>
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
                $"'{column.Name}' has {keys.Count} different values in the training rows, " +
                $"and at most {MaxClasses} classes are supported. Choose another target, or send \"task\": \"regression\" " +
                "if it is a column of numbers.");
        }

        string[] classes = column is CategoryColumn
            ? [.. keys.Select(key => TextOf(column, key)).Order(StringComparer.Ordinal)]
            : [.. keys.Order().Select(key => TextOf(column, key))];
        if (classes.FirstOrDefault(label => label.Length > MaxLabelLength) is { } tooLong)
        {
            throw new RefusedException("classNameTooLong", "target",
                $"'{column.Name}' has a class with {tooLong.Length} characters, which begins with '{tooLong[..50]}'. " +
                $"A class may have at most {MaxLabelLength}, because predictions repeat it. Shorten the values, or choose another target.");
        }

        return classes.Length > 1 ? new(column.Name, classes, column.Kind) : throw new RefusedException("constantTarget", "target",
            $"Every training row has the class '{classes[0]}', so there is nothing to learn. " +
            "Choose another target, or \"split\": \"stratified\", which keeps every class in training.");
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
                known[key] = index = IndexOf(TextOf(column, key));
            }

            indices[i] = index;
        }

        return indices;
    }

    /// <inheritdoc/>
    /// <remarks>1: classes have no unit.</remarks>
    public override double LossScale(LossKind loss) => LossDefinition.Of(loss).Scale(standardDeviation: 1);

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

    private static string TextOf(Column column, double key) =>
        column is CategoryColumn texts ? texts.TextOf((int)key) : ((NumberColumn)column).TextOf(key);
}
