using System.Collections.Frozen;
using Parquet;
using Parquet.Data;
using Parquet.Schema;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Formats.Parquet;

/// <summary>The values of a column in a row group, in order.</summary>
internal abstract class ParquetColumn
{
    private static readonly FrozenDictionary<Type, Reader> Readers = new[]
    {
        Of<ReadOnlyMemory<char>>((csv, text) => csv.Write(
            text.Equals(default) ? throw new InvalidDataException("a column has fewer texts than its levels say") : text.Span)),
        Of<bool>((csv, value) => csv.Write(value)),
        Of<double>((csv, value) => csv.Write(value)),
        Of<float>((csv, value) => csv.Write(value)),
        Of<sbyte>((csv, value) => csv.Write(value)),
        Of<byte>((csv, value) => csv.Write(value)),
        Of<short>((csv, value) => csv.Write(value)),
        Of<ushort>((csv, value) => csv.Write(value)),
        Of<int>((csv, value) => csv.Write(value)),
        Of<uint>((csv, value) => csv.Write(value)),
        Of<long>((csv, value) => csv.Write(value)),
        Of<ulong>((csv, value) => csv.Write(value)),
        Of<Half>((csv, value) => csv.Write((float)value)),
        Of<decimal>((csv, value) => csv.Write(WithoutTrailingZeros(value))),
        Of<BigDecimal>((csv, value) => csv.Write(WithoutTrailingZeros(value.ToString()), ColumnKind.Number)),
        Of<DateTime>((csv, value) => csv.Write(IsoTime.Of(value), ColumnKind.Date)),
        Of<DateOnly>((csv, value) => csv.Write(IsoTime.Of(value), ColumnKind.Date)),
        Of<TimeOnly>((csv, value) => csv.Write(IsoTime.Of(value), null)),
        Of<TimeSpan>((csv, value) => csv.Write(IsoTime.Of(value), null)),
        Of<Guid>((csv, value) => csv.Write(value.ToString())),
    }.ToFrozenDictionary(reader => reader.Type, reader => reader.Read);

    private delegate Task<ParquetColumn> Reader(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken);

    /// <summary>Writes the next row's value.</summary>
    public abstract void WriteNext(ConvertedCsv csv);

    /// <exception cref="Training.RefusedException"><c>unsupportedColumn</c>.</exception>
    public static void RefuseUnsupported(DataField field)
    {
        if (field.ClrType == typeof(byte[]) || field.ClrType == typeof(ReadOnlyMemory<byte>)
            || field.ClrType.Name is "Interval" or "BigInteger")
        {
            throw UnsupportedColumn.Refuse(field.Name, "contains bytes or intervals", "Convert it to text or numbers");
        }
    }

    /// <summary>Reads the column's values of a row group.</summary>
    /// <exception cref="Training.RefusedException"><c>unsupportedColumn</c>.</exception>
    /// <exception cref="InvalidDataException">It has fewer values than rows.</exception>
    public static Task<ParquetColumn> Read(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(field.ClrType) ?? field.ClrType;
        return Readers.TryGetValue(type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type, out var read)
            ? read(group, field, cancellationToken)
            : throw UnsupportedColumn.Refuse(field.Name, $"has the type {type.Name}, which is not read", "Convert it to text or numbers");
    }

    /// <summary>The type of the column decides how many digits a decimal has after the point. 12.50 is written as 12.5.</summary>
    private static decimal WithoutTrailingZeros(decimal value) => value / 1.0000000000000000000000000000m;

    private static string WithoutTrailingZeros(string number) =>
        number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;

    private static (Type Type, Reader Read) Of<T>(Action<ConvertedCsv, T> write) where T : struct =>
        (typeof(T), async (group, field, cancellationToken) =>
        {
            // The library's pooled buffers still contain other data, and a damaged page does not fill them. So we pass our own.
            var values = new T[group.RowCount];
            var levels = field.MaxDefinitionLevel > 0 ? new int[group.RowCount] : null;
            levels?.AsSpan().Fill(-1);
            await group.ReadRawAsync<T>(field, values, levels is null ? default(Memory<int>?) : levels, null, cancellationToken);
            return levels is not null && levels.Contains(-1)
                ? throw new InvalidDataException("a column has fewer values than rows")
                : new TypedColumn<T>(values, levels, field.MaxDefinitionLevel, write);
        }
    );

    /// <summary>Only present values are stored. A row has one if its definition level is the field's largest.</summary>
    private sealed class TypedColumn<T>(T[] values, int[]? levels, int present, Action<ConvertedCsv, T> write) : ParquetColumn
        where T : struct
    {
        private int _row;
        private int _next;

        public override void WriteNext(ConvertedCsv csv)
        {
            var isPresent = levels is null || levels[_row] == present;
            _row++;
            if (isPresent)
            {
                write(csv, values[_next++]);
            }
            else
            {
                csv.WriteMissing();
            }
        }
    }
}
