using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Velodrome.Api.Datasets.Formats.Export;

/// <summary>Writes a table as an Arrow file (Feather version 2).</summary>
internal static class ArrowTable
{
    private static readonly TimestampType Utc = new(TimeUnit.Microsecond, "UTC");

    public static void Write(TypedRows rows, Stream output, CancellationToken cancellationToken)
    {
        var fields = rows.Columns.Select((column, number) => new Field(column.Name, TypeOf(rows, number), nullable: true));
        var schema = new Schema(fields, metadata: null);
        using var writer = new ArrowFileWriter(output, schema, leaveOpen: true);
        writer.WriteStart();
        while (ColumnValues.Read(rows, cancellationToken) is { Rows: > 0 } values)
        {
            using var batch = new RecordBatch(schema, Enumerable.Range(0, rows.Columns.Count).Select(column => ArrayOf(values, column)),
                values.Rows);
            writer.WriteRecordBatch(batch);
        }

        writer.WriteEnd();
    }

    private static IArrowType TypeOf(TypedRows rows, int column) =>
        rows.IsNumber(column) ? DoubleType.Default
        : rows.IsBoolean(column) ? BooleanType.Default
        : rows.IsTime(column) ? Utc
        : StringType.Default;

    private static IArrowArray ArrayOf(ColumnValues values, int column)
    {
        if (values.Numbers[column] is { } numbers)
        {
            var builder = new DoubleArray.Builder().Reserve(values.Rows);
            numbers.ForEach(number => builder.Append(number));
            return builder.Build();
        }

        if (values.Booleans[column] is { } booleans)
        {
            var builder = new BooleanArray.Builder().Reserve(values.Rows);
            booleans.ForEach(value => builder.NullableAppend(value));
            return builder.Build();
        }

        if (values.Times[column] is { } times)
        {
            var builder = new TimestampArray.Builder(Utc).Reserve(values.Rows);
            times.ForEach(time => _ = time is { } value ? builder.Append(new DateTimeOffset(value)) : builder.AppendNull());
            return builder.Build();
        }

        return new StringArray.Builder().AppendRange(values.Texts[column]!).Build();
    }
}
