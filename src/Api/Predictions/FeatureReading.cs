using Velodrome.Api.Datasets.Formats;
using Velodrome.Training;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Predictions;

/// <summary>
/// How the rows to predict are read: as the dataset was that the run was trained on. A cell that an upload takes, a prediction takes too.
/// </summary>
internal sealed class FeatureReading
{
    private readonly Dictionary<string, string> _namesByTrimmed = [];

    /// <param name="features">The model's features.</param>
    /// <param name="target">The column that is predicted.</param>
    /// <param name="table">The reading of the run's dataset.</param>
    public FeatureReading(IReadOnlyList<FeatureEncoding> features, string target, TableReading table)
    {
        (Table, Target) = (table, target);
        Features = [.. features.Select(feature => (feature, new CellReader(ReadingOf(feature, table), table.Dialect.TrimsQuoted)))];
        foreach (var name in features.Select(feature => feature.Name).Concat(table.Columns.Select(column => column.Name)).Append(target))
        {
            _namesByTrimmed.TryAdd(name.Trim(), name);
        }
    }

    /// <summary>The reading of the run's dataset.</summary>
    public TableReading Table { get; }

    /// <summary>The column that is predicted.</summary>
    public string Target { get; }

    /// <summary>The features, in the order of the network's inputs.</summary>
    public IReadOnlyList<(FeatureEncoding Encoding, CellReader Reader)> Features { get; private set; }

    /// <summary>Whether numbers are written with a decimal comma.</summary>
    public bool HasDecimalComma => Table.Columns.Any(column => column.Number?.Decimal == ',');

    /// <summary>The column of the dataset that a name means: the same but for spaces around it; null for none.</summary>
    public string? ColumnNamed(string name) => _namesByTrimmed.GetValueOrDefault(name.Trim());

    /// <summary>The same reading for a table whose format has numbers and truth values of its own: they are not written as in the dataset.
    /// </summary>
    /// <exception cref="RefusedException"><c>mixedNumbers</c>.</exception>
    public FeatureReading For(ReceivedTable table)
    {
        var typed = (FeatureReading)MemberwiseClone();
        typed.Features = [.. Features.Select(feature => (feature.Encoding, ReaderIn(feature.Reader)))];
        return typed;

        CellReader ReaderIn(CellReader reader) => table.ReadingOf(reader.Column) is var column && column == reader.Column
            ? reader : new(column, Table.Dialect.TrimsQuoted);
    }

    private static ColumnReading ReadingOf(FeatureEncoding feature, TableReading table)
    {
        var kind = feature is NumberEncoding number ? number.Kind : ColumnKind.Category;
        return table.Find(feature.Name) is { } column && column.Kind == kind ? column : new ColumnReading(feature.Name, 0, kind);
    }
}
