using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>A column as the first pass over a CSV finds it.</summary>
internal sealed record CsvColumn(string Name, ColumnKind Kind);
