using Velodrome.Api.Datasets.Csv;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Finds a model's features among the columns of a CSV; what else stands there is nobody's business.</summary>
internal sealed class CsvFeatures
{
    private readonly (FeatureEncoding Feature, int Column)[] _features;

    /// <exception cref="RefusedException"><c>missingColumn</c>.</exception>
    public CsvFeatures(IReadOnlyList<FeatureEncoding> features, IReadOnlyList<string> names) =>
        _features = [.. features.Select(feature => (feature, Find(feature.Name, names)))];

    /// <exception cref="RefusedException"><c>wrongType</c>, <c>outOfRange</c>, with line and column.</exception>
    public Table Read(CsvBlock block) => new([.. _features.Select(found =>
    {
        var (feature, column) = found;
        ColumnCells cells = feature is NumberEncoding number ? new NumberCells(number.Name, number.Kind, block.Rows) : new CategoryCells(feature.Name, block.Rows);
        for (var row = 0; row < block.Rows; row++)
        {
            var cell = block.Cell(row, column);
            if (Fault(feature, cell) is var (code, sentence))
            {
                throw new RefusedException(code, feature.Name, $"Line {block.Line(row)}, column {column + 1} ({feature.Name}): {sentence}");
            }

            cells.Set(row, cell);
        }

        return cells.ToColumn();
    })]);

    private static int Find(string name, IReadOnlyList<string> names)
    {
        for (var column = 0; column < names.Count; column++)
        {
            if (names[column] == name)
            {
                return column;
            }
        }

        throw new RefusedException("missingColumn", name,
            $"The file lacks the column '{name}'.{NearestName.Suggestion(name, names)} It must have every feature of the run, in any order; a cell may be empty.");
    }

    private static (string Code, string Sentence)? Fault(FeatureEncoding feature, ReadOnlySpan<byte> cell) => feature switch
    {
        NumberEncoding { Kind: ColumnKind.Boolean } when !Cell.IsBoolean(cell, out _) && !Cell.IsMissing(cell) =>
            ("wrongType", $"the column was trained as true or false, and the cell is {Cell.Shown(cell)}."),
        NumberEncoding { Kind: ColumnKind.Number } when Cell.IsNumber(cell, out var value) =>
            Math.Abs(value) <= Cell.LargestNumber ? null : ("outOfRange", $"{Cell.Shown(cell)} is too large; numbers up to {Cell.LargestNumber} can be predicted from."),
        NumberEncoding { Kind: ColumnKind.Number } when !Cell.IsMissing(cell) =>
            ("wrongType", $"the column was trained as numbers, and the cell is {Cell.Shown(cell)}."),
        _ => null,
    };
}
