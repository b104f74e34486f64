using Velodrome.Api.Datasets.Csv;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Predictions;

/// <summary>A CSV with rows to predict. Its dialect is detected; it may differ from that of the dataset.</summary>
internal sealed class PredictionFile : IDisposable
{
    private PredictionFile(CsvRows rows, Dialect dialect, IReadOnlyList<string> names) => (Rows, Dialect, Names) = (rows, dialect, names);

    public CsvRows Rows { get; }

    public Dialect Dialect { get; }

    /// <summary>A name for each field: of the file, or of the dataset if neither has a header.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <param name="input">Seekable.</param>
    /// <param name="isConverted">Whether it was made from another format, so that its dialect is known.</param>
    /// <param name="reading">The features to find.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="Training.RefusedException">With the line and column of the first mistake.</exception>
    public static PredictionFile Open(Stream input, bool isConverted, FeatureReading reading, CancellationToken cancellationToken)
    {
        if (isConverted)
        {
            return Open(input, Dialect.Default, reading, cancellationToken);
        }

        var trained = reading.Table.Dialect;
        var options = new ReadingOptions { Header = trained.HasHeader ? true : null };
        var dialect = CsvDialect.Detect(input, options, cancellationToken).Dialect with { KeepsBlankLines = trained.KeepsBlankLines };
        var found = Open(input, dialect, reading, cancellationToken);
        if (!found.HasAll(reading) && dialect.Delimiter != trained.Delimiter)
        {
            var other = Open(
                input, dialect with { Delimiter = trained.Delimiter, HasTrailingDelimiter = false }, reading, cancellationToken);
            if (other.HasAll(reading))
            {
                found.Dispose();
                return other;
            }

            other.Dispose();
            found.Dispose();
            return Open(input, dialect, reading, cancellationToken);
        }

        return found;
    }

    public void Dispose() => Rows.Dispose();

    private static PredictionFile Open(Stream input, Dialect dialect, FeatureReading reading, CancellationToken cancellationToken)
    {
        var rows = CsvRows.Check(input, dialect, cancellationToken);
        var names = ColumnNames.Of(rows.Header).Names;
        return new(rows, dialect, dialect.HasHeader ? names : NamesByPosition(rows.Fields, reading) ?? names);
    }

    private bool HasAll(FeatureReading reading) => reading.Features.All(feature => Names.Contains(feature.Encoding.Name));

    /// <summary>The names of a file without a header, whose fields are those of the dataset, with or without the target.</summary>
    private static string[]? NamesByPosition(int fields, FeatureReading reading)
    {
        var columns = reading.Table.Columns;
        var all = columns.Max(column => column.Field) + 1;
        var target = reading.Table.Find(reading.Target)?.Field ?? -1;
        if (fields != all && (fields != all - 1 || target < 0))
        {
            return null;
        }

        var names = Enumerable.Range(0, all)
            .Select(field => columns.FirstOrDefault(column => column.Field == field)?.Name ?? $"column{field + 1}");
        return [.. names.Where((_, field) => fields == all || field != target)];
    }
}
