using Parquet;
using Parquet.Schema;

namespace Velodrome.Api.Datasets.Formats.Export;

/// <summary>Writes a table as Parquet: columns of doubles, booleans, timestamps and strings that may be null.</summary>
internal static class ParquetTable
{
    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Snappy };

    public static async Task Write(TypedRows rows, Stream output, CancellationToken cancellationToken)
    {
        var fields = rows.Columns.Select((column, number) => FieldOf(rows, column.Name, number)).ToArray();
        await using var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(fields), output, Options, cancellationToken: cancellationToken);
        while (ColumnValues.Read(rows, cancellationToken) is { Rows: > 0 } values)
        {
            using var group = writer.CreateRowGroup();
            for (var column = 0; column < fields.Length; column++)
            {
                if (values.Numbers[column] is { } numbers)
                {
                    await group.WriteAsync<double>(fields[column], numbers.ToArray().AsMemory(), cancellationToken: cancellationToken);
                }
                else if (values.Booleans[column] is { } booleans)
                {
                    await group.WriteAsync<bool>(fields[column], booleans.ToArray().AsMemory(), cancellationToken: cancellationToken);
                }
                else if (values.Times[column] is { } times)
                {
                    await group.WriteAsync<DateTime>(fields[column], times.ToArray().AsMemory(), cancellationToken: cancellationToken);
                }
                else
                {
                    await group.WriteAsync(fields[column], values.Texts[column]!);
                }
            }
        }
    }

    private static DataField FieldOf(TypedRows rows, string name, int column) => rows.IsTime(column)
        ? new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true)
        : new DataField(name, rows.IsNumber(column) ? typeof(double?) : rows.IsBoolean(column) ? typeof(bool?) : typeof(string));
}
