using Velodrome.Api.Datasets.Csv;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Predictions;

/// <summary>Reads a model's features from the columns of a CSV. Other columns are ignored.</summary>
internal sealed class CsvFeatureReader
{
    private readonly (FeatureEncoding Feature, int Column)[] _features;

    /// <exception cref="RefusedException"><c>missingColumn</c>.</exception>
    public CsvFeatureReader(IReadOnlyList<FeatureEncoding> features, IReadOnlyList<string> names) =>
        _features = [.. features.Select(feature => (feature, Find(feature.Name, names)))];

    /// <exception cref="RefusedException"><c>wrongType</c>, <c>outOfRange</c>, with line and column.</exception>
    public Table Read(CsvBlock block)
    {
        var arrays = new ColumnArrays(block.Rows);
        return new([.. _features.Select(found => Read(block, found.Feature, found.Column, arrays))]);
    }

    private static Column Read(CsvBlock block, FeatureEncoding feature, int column, ColumnArrays arrays)
    {
        var kind = feature is NumberEncoding number ? number.Kind : ColumnKind.Category;
        var builder = ColumnBuilder.For(new(feature.Name, kind), arrays);
        for (var row = 0; row < block.Rows; row++)
        {
            var cell = block.Cell(row, column);
            if (FaultIn(cell, kind) is var (code, sentence))
            {
                throw new RefusedException(code, feature.Name, $"Line {block.Line(row)}, column {column + 1} ({feature.Name}): {sentence}");
            }

            builder.Set(row, cell);
        }

        return builder.Build();
    }

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
            $"The file lacks the column '{name}'.{NearestName.Suggestion(name, names)} It must have a column for every feature of the " +
            "run, in any order; cells may be empty.");
    }

    private static (string Code, string Sentence)? FaultIn(ReadOnlySpan<byte> cell, ColumnKind kind) => kind switch
    {
        ColumnKind.Boolean when !Cell.IsBoolean(cell, out _) && !Cell.IsMissing(cell) =>
            ("wrongType", $"the run was trained on true and false in this column; the cell is {Cell.Shown(cell)}."),
        ColumnKind.Number when Cell.IsNumber(cell, out var value) => Math.Abs(value) <= Cell.LargestNumber ? null
            : ("outOfRange", $"{Cell.Shown(cell)} is too large; the largest number is {Cell.LargestNumber}."),
        ColumnKind.Number when !Cell.IsMissing(cell) =>
            ("wrongType", $"the run was trained on numbers in this column; the cell is {Cell.Shown(cell)}."),
        _ => null,
    };
}
