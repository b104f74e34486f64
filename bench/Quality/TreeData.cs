using Velodrome.Training.Encoding;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Bench.Quality;

/// <summary>The rows of a split as libraries of boosted trees take them: categories as codes, NaN where a cell is missing.</summary>
/// <param name="Classes">Number of classes; 0 for numbers.</param>
/// <param name="Columns">Number of features.</param>
/// <param name="Categories">Numbers of the features that are codes of categories.</param>
/// <param name="Train">Row-major [training rows, columns].</param>
/// <param name="Targets">[training rows]: numbers, or indices of classes.</param>
/// <param name="Test">Row-major [test rows, columns].</param>
internal sealed record TreeData(int Classes, int Columns, int[] Categories, double[] Train, float[] Targets, double[] Test)
{
    public int TrainRows => Targets.Length;

    public int TestRows => Test.Length / Columns;

    /// <summary>Predictions for a test row: a number, the probability of the second of two classes, or one of each class.</summary>
    public int Outputs => Classes > 2 ? Classes : 1;

    /// <param name="table">The table.</param>
    /// <param name="split">Trees train on its training and validation rows.</param>
    /// <param name="target">The target if it is a class, else null.</param>
    public static TreeData Of(QualityTable table, Split split, ClassTarget? target)
    {
        var rows = TrainRowsOf(split);
        var targets = target is not null ? target.Encode(table.TargetColumn, rows)
            : Array.ConvertAll(rows, row => (float)((NumberColumn)table.TargetColumn).Values[row]);
        int[] categories = [.. table.Features.Index().Where(feature => feature.Item is CategoryColumn).Select(feature => feature.Index)];
        return new(
            target?.Outputs ?? 0, table.Features.Count, categories, Matrix(table.Features, rows), targets,
            Matrix(table.Features, split.Test));
    }

    /// <summary>The rows that are not for test, ascending.</summary>
    public static int[] TrainRowsOf(Split split) => [.. split.Train.Concat(split.Validation).Order()];

    private static double[] Matrix(IReadOnlyList<Column> columns, int[] rows)
    {
        var matrix = new double[rows.Length * columns.Count];
        for (var column = 0; column < columns.Count; column++)
        {
            for (var row = 0; row < rows.Length; row++)
            {
                matrix[row * columns.Count + column] = Cell(columns[column], rows[row]);
            }
        }

        return matrix;
    }

    private static double Cell(Column column, int row) => column switch
    {
        CategoryColumn texts => texts.IsMissing(row) ? double.NaN : texts.Codes[row],
        NumberColumn numbers => numbers.Values[row],
        _ => throw new ArgumentException($"Trees can't use a {column.GetType().Name}.", nameof(column)),
    };
}
