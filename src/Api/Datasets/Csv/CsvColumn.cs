using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>A column's name and kind, as <see cref="CsvScan"/> determines them.</summary>
internal sealed record CsvColumn(string Name, ColumnKind Kind);
