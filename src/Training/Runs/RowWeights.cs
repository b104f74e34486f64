using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Runs;

/// <summary>The weights of rows in losses, from a column of the table.</summary>
internal static class RowWeights
{
    private const string Field = "weightColumn";

    /// <summary>Scales weights to 1 on average over some rows, so that the mean of weighted losses is their weighted mean.</summary>
    /// <param name="column">At least 0 in all of the rows, and above 0 in one.</param>
    /// <param name="rows">Row numbers, in the order of the result.</param>
    /// <returns>[rows].</returns>
    public static float[] Scale(NumberColumn column, int[] rows)
    {
        var (values, largest, sum) = (column.Values, 0.0, 0.0);
        foreach (var row in rows)
        {
            largest = Math.Max(largest, values[row]);
        }

        foreach (var row in rows)
        {
            sum += values[row] / largest; // the sum of the values themselves may be infinite
        }

        var factor = rows.Length / sum;
        return Array.ConvertAll(rows, row => (float)(values[row] / largest * factor));
    }

    /// <summary>Refuses weights with which losses can't be computed.</summary>
    /// <param name="column">The weights of all rows of the table.</param>
    /// <param name="split">The rows that the run uses; others may have any weight, or none.</param>
    /// <param name="tables">What the table was made from, to name a row.</param>
    /// <exception cref="RefusedException"><c>invalidWeight</c>: a weight is missing, negative or not finite. <c>zeroWeights</c>: all
    /// weights of a part are 0.</exception>
    public static void Refuse(NumberColumn column, Split split, RunTables tables)
    {
        foreach (var (part, rows) in new[] { ("training", split.Train), ("validation", split.Validation), ("test", split.Test) })
        {
            var wrong = Array.FindIndex(rows, row => column.Values[row] is not (>= 0 and < double.PositiveInfinity));
            if (wrong >= 0)
            {
                var weight = column.Values[rows[wrong]];
                throw new RefusedException("invalidWeight", Field,
                    $"'{column.Name}' {(double.IsNaN(weight) ? "is missing" : $"is {weight}")} in {NameOf(rows[wrong], tables)}, " +
                    $"which is a {part} row (rows are numbered from 0). The weight of a row is a number of at least 0. Correct it, " +
                    "send 0 for a row that is not to count, or leave weightColumn out.");
            }

            if (rows.Length > 0 && Array.TrueForAll(rows, row => column.Values[row] == 0))
            {
                throw new RefusedException("zeroWeights", Field,
                    $"'{column.Name}' is 0 in {(rows.Length == 1 ? $"the only {part} row" : $"all {rows.Length} {part} rows")} " +
                    $"(the first is {NameOf(rows[0], tables)}), so none of them counts. Give at least one of them a weight above 0, " +
                    "or set other rows aside.");
            }
        }
    }

    private static string NameOf(int row, RunTables tables)
    {
        var first = tables.Dataset.Rows;
        var second = first + (tables.Validation?.Rows ?? 0);
        return row < first ? $"row {row}"
            : row < second ? $"row {row - first} of the validation dataset" : $"row {row - second} of the test dataset";
    }
}
