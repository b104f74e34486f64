using Parquet.Meta;
using Parquet.Schema;

namespace Velodrome.Api.Datasets.Formats.Parquet;

/// <summary>The pages of a column in a row group.</summary>
/// <param name="Start">Where its first page begins.</param>
/// <param name="End">Where its last page ends.</param>
/// <param name="Codec">How its pages are compressed.</param>
/// <param name="Values">Number of its values, missing ones included.</param>
/// <param name="ValueBytes">Length of a value as it stands in a page; 0 if every value begins with its own length.</param>
/// <param name="IsBoolean">Whether it is read as truth values.</param>
internal readonly record struct ParquetChunk(
    long Start, long End, CompressionCodec Codec, long Values, int ValueBytes, bool IsBoolean)
{
    /// <param name="chunk">As the library has read it, so that what is checked is what will be read.</param>
    /// <param name="field">The column.</param>
    /// <param name="rows">Rows of the group.</param>
    /// <param name="fileLength">Length of the file.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static ParquetChunk Of(ColumnChunk? chunk, DataField field, long rows, long fileLength)
    {
        if (chunk?.MetaData is not { } data || rows is < 0 or > int.MaxValue || data.NumValues != rows
            || field.MaxRepetitionLevel > 0 || field.MaxDefinitionLevel > 1 || field.SchemaElement is not { } schema)
        {
            throw new InvalidDataException("a row group has other columns or rows than the schema");
        }

        long[] offsets = [data.DataPageOffset, data.DictionaryPageOffset ?? 0, data.IndexPageOffset ?? 0];
        var start = offsets.Where(offset => offset != 0).DefaultIfEmpty(0).Min();
        return start > 0 && data.TotalCompressedSize > 0 && data.TotalCompressedSize <= fileLength - start
            ? new(start, start + data.TotalCompressedSize, data.Codec, rows, BytesOf(schema), field.ClrType == typeof(bool))
            : throw new InvalidDataException("the pages of a column are outside of the file");
    }

    private static int BytesOf(SchemaElement schema) => schema.Type switch
    {
        global::Parquet.Meta.Type.BYTE_ARRAY => 0,
        global::Parquet.Meta.Type.FIXED_LEN_BYTE_ARRAY when schema.TypeLength > 0 => schema.TypeLength.Value,
        global::Parquet.Meta.Type.BOOLEAN => 1, // a bit, but never in a dictionary
        global::Parquet.Meta.Type.INT32 or global::Parquet.Meta.Type.FLOAT => 4,
        global::Parquet.Meta.Type.INT64 or global::Parquet.Meta.Type.DOUBLE => 8,
        global::Parquet.Meta.Type.INT96 => 12,
        _ => throw new InvalidDataException("a column has no type, or one without a length"),
    };
}
