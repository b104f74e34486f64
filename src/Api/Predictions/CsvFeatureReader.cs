using System.Text;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Predictions;

/// <summary>Reads a model's features from the columns of a CSV. Other columns are ignored.</summary>
internal sealed class CsvFeatureReader
{
    private readonly bool _trims;
    private readonly (FeatureEncoding Feature, CellReader Reader, int Field)[] _features;

    /// <param name="reading">How the features are read.</param>
    /// <param name="names">The names of the file's fields.</param>
    /// <exception cref="RefusedException"><c>missingColumn</c>.</exception>
    public CsvFeatureReader(FeatureReading reading, IReadOnlyList<string> names)
    {
        _trims = reading.Table.Dialect.TrimsQuoted;
        _features = [.. reading.Features.Select(feature => (feature.Encoding, feature.Reader, Find(feature.Encoding.Name, names)))];
    }

    /// <exception cref="RefusedException"><c>wrongType</c>, <c>outOfRange</c>, with line and column.</exception>
    public Table Read(CsvBlock block)
    {
        var arrays = new ColumnArrays(block.Rows);
        return new([.. _features.Select(found => Read(block, found.Feature, found.Reader, found.Field, arrays))]);
    }

    private Column Read(CsvBlock block, FeatureEncoding feature, CellReader reader, int field, ColumnArrays arrays)
    {
        var builder = ColumnBuilder.For(reader.Column, _trims, arrays);
        for (var row = 0; row < block.Rows; row++)
        {
            var cell = block.Cell(row, field);
            if (FaultIn(cell, reader, feature) is var (code, sentence))
            {
                throw new RefusedException(code, feature.Name, $"Line {block.Line(row)}, column {field + 1} ({feature.Name}): {sentence}");
            }

            builder.Set(row, cell);
        }

        return builder.Build();
    }

    private static int Find(string name, IReadOnlyList<string> names)
    {
        for (var field = 0; field < names.Count; field++)
        {
            if (names[field] == name)
            {
                return field;
            }
        }

        throw new RefusedException("missingColumn", name,
            $"The file lacks the column '{name}'.{NearestName.Suggestion(name, names)} It must have a column for every feature of the " +
            "run, in any order; cells may be empty.");
    }

    private static (string Code, string Sentence)? FaultIn(ReadOnlySpan<byte> cell, CellReader reader, FeatureEncoding feature)
    {
        if (feature is not NumberEncoding number)
        {
            return null;
        }

        if (!reader.TryRead(cell, out var value))
        {
            return ("wrongType",
                $"the run was trained on {PredictionTable.Describe(reader.Column)} in this column; the cell is {Shown(cell)}.");
        }

        return number.Kind == ColumnKind.Number && !double.IsNaN(value) && ExtremeInput.Describe(value, number) is { } sentence
            ? ("outOfRange", $"the cell is {Shown(cell)}, {sentence}")
            : null;
    }

    /// <summary>Quotes the text for a message; only its beginning if it is long.</summary>
    private static string Shown(ReadOnlySpan<byte> cell)
    {
        var text = Encoding.UTF8.GetString(cell);
        return text.Length <= 40 ? $"\"{text}\"" : $"\"{text.AsSpan(0, 40)}…\"";
    }
}
