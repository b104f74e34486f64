using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Formats.Arrow;

/// <summary>The values of a column in a record batch.</summary>
internal sealed class ArrowColumn
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IArrowArray _array;
    private readonly Action<int, ConvertedCsv> _write;

    private ArrowColumn(IArrowArray array, Action<int, ConvertedCsv> write) => (_array, _write) = (array, write);

    public void Write(int row, ConvertedCsv csv)
    {
        if (_array.IsNull(row))
        {
            csv.WriteMissing();
        }
        else
        {
            _write(row, csv);
        }
    }

    /// <exception cref="Training.RefusedException"><c>unsupportedColumn</c>.</exception>
    public static void RefuseUnsupported(Field field)
    {
        var type = field.DataType is DictionaryType dictionary ? dictionary.ValueType : field.DataType;
        switch (type.TypeId)
        {
            case ArrowTypeId.List or ArrowTypeId.LargeList or ArrowTypeId.ListView or ArrowTypeId.LargeListView
                or ArrowTypeId.FixedSizeList or ArrowTypeId.Struct or ArrowTypeId.Map or ArrowTypeId.Union:
                throw UnsupportedColumn.Refuse(field.Name, "contains lists, maps or structures", "Unnest it into columns of single values");
            case ArrowTypeId.Binary or ArrowTypeId.LargeBinary or ArrowTypeId.BinaryView or ArrowTypeId.FixedSizedBinary
                or ArrowTypeId.Interval or ArrowTypeId.Duration or ArrowTypeId.Extension or ArrowTypeId.RunEndEncoded
                or ArrowTypeId.Dictionary:
                throw UnsupportedColumn.Refuse(field.Name, $"has the type {type.Name}, which is not read", "Convert it to text or numbers");
        }
    }

    public static ArrowColumn Open(IArrowArray array, Field field) => new(array, array switch
    {
        NullArray => (_, csv) => csv.WriteMissing(),
        DictionaryArray dictionary => OfDictionary(dictionary, field),
        StringArray texts => (row, csv) => csv.Write(TextOf(texts.GetBytes(row))),
        LargeStringArray texts => (row, csv) => csv.Write(TextOf(texts.GetBytes(row))),
        StringViewArray texts => (row, csv) => csv.Write(TextOf(texts.GetBytes(row))),
        BooleanArray booleans => (row, csv) => csv.Write(booleans.GetValue(row) == true),
        DoubleArray numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        FloatArray numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        HalfFloatArray numbers => (row, csv) => csv.Write((float)numbers.GetValue(row).GetValueOrDefault()),
        Int8Array numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        Int16Array numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        Int32Array numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        Int64Array numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        UInt8Array numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        UInt16Array numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        UInt32Array numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        UInt64Array numbers => (row, csv) => csv.Write(numbers.GetValue(row).GetValueOrDefault()),
        Decimal128Array numbers => (row, csv) => csv.Write(numbers.GetString(row), ColumnKind.Number),
        Decimal256Array numbers => (row, csv) => csv.Write(numbers.GetString(row), ColumnKind.Number),
        Date32Array dates => (row, csv) => csv.Write(IsoTime.Of(dates.GetDateOnly(row).GetValueOrDefault()), ColumnKind.Date),
        Date64Array dates => (row, csv) => csv.Write(IsoTime.Of(dates.GetDateOnly(row).GetValueOrDefault()), ColumnKind.Date),
        TimestampArray times => (row, csv) => csv.Write(TimeOf(times, row), ColumnKind.Date),
        Time32Array times => (row, csv) => csv.Write(IsoTime.Of(times.GetTime(row).GetValueOrDefault()), null),
        Time64Array times => (row, csv) => csv.Write(IsoTime.Of(times.GetTime(row).GetValueOrDefault()), null),
        _ => throw UnsupportedColumn.Refuse(
            field.Name, $"has the type {field.DataType.Name}, which is not read", "Convert it to text or numbers"),
    });

    private static Action<int, ConvertedCsv> OfDictionary(DictionaryArray array, Field field)
    {
        var levels = Open(array.Dictionary, field);
        Func<int, long> index = array.Indices switch
        {
            Int8Array indices => row => indices.Values[row],
            UInt8Array indices => row => indices.Values[row],
            Int16Array indices => row => indices.Values[row],
            UInt16Array indices => row => indices.Values[row],
            Int32Array indices => row => indices.Values[row],
            UInt32Array indices => row => indices.Values[row],
            Int64Array indices => row => indices.Values[row],
            _ => throw new InvalidDataException("the indices of a dictionary are no integers"),
        };
        return (row, csv) =>
        {
            var level = index(row);
            if (level < 0 || level >= array.Dictionary.Length)
            {
                throw new InvalidDataException("an index is outside of its dictionary");
            }

            levels.Write((int)level, csv);
        };
    }

    /// <summary>Decodes a text whose bounds were checked. The library's GetString reads beyond its buffer if an offset is damaged.
    /// </summary>
    private static string TextOf(ReadOnlySpan<byte> utf8) => Utf8.GetString(utf8);

    private static string TimeOf(TimestampArray times, int row)
    {
        var time = times.GetTimestamp(row).GetValueOrDefault();
        return IsoTime.Of(((TimestampType)times.Data.DataType).IsTimeZoneAware ? time.UtcDateTime : time.DateTime);
    }
}
