namespace Velodrome.Api.Datasets.Formats.Parquet;

/// <summary>A page of a column as its header describes it.</summary>
/// <param name="HeaderLength">Length of the header itself.</param>
/// <param name="Kind">0 for data, 1 for an index, 2 for a dictionary, 3 for data in version 2.</param>
/// <param name="Uncompressed">Length of its content.</param>
/// <param name="Compressed">Length of its content as it is stored.</param>
/// <param name="Values">Number of its values, missing ones included.</param>
/// <param name="Encoding">How its values are encoded: a number of parquet.thrift.</param>
/// <param name="Missing">In version 2, how many of its values are missing.</param>
/// <param name="LevelBytes">In version 2, length of its levels, which are not compressed.</param>
/// <param name="IsCompressed">In version 2, whether its values are compressed.</param>
internal readonly record struct PageHeader(
    int HeaderLength, int Kind, long Uncompressed, long Compressed, long Values, long Encoding, long Missing, long LevelBytes,
    bool IsCompressed)
{
    public const int RleEncoding = 3;

    private const int Data = 0;
    private const int Dictionary = 2;
    private const int DataVersion2 = 3;

    public bool IsDictionary => Kind == Dictionary;

    public bool IsVersion2 => Kind == DataVersion2;

    /// <summary>Whether its numbers are possible. Whether they are correct is known when the page is decompressed.</summary>
    public bool IsPossible =>
        Kind is Data or Dictionary or DataVersion2 && Compressed >= 0 && Uncompressed >= 0 && Values >= 0
        && Missing >= 0 && Missing <= Values && LevelBytes >= 0 && LevelBytes <= Math.Min(Compressed, Uncompressed);

    /// <exception cref="InvalidDataException">It is damaged, longer than the bytes, or in a form that no program writes.</exception>
    public static PageHeader Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ThriftReader(bytes);
        var header = new PageHeader(0, -1, -1, -1, -1, -1, 0, 0, true);
        var id = 0;
        while (reader.ReadOrderedField(ref id) is not ThriftType.Stop and var type)
        {
            switch (id)
            {
                case 1:
                    header = header with { Kind = reader.ReadInt32(type) };
                    break;
                case 2:
                    header = header with { Uncompressed = reader.ReadInt32(type) };
                    break;
                case 3:
                    header = header with { Compressed = reader.ReadInt32(type) };
                    break;
                case 5 when header.Kind == Data:
                case 7 when header.Kind == Dictionary:
                    header = ReadValues(ref reader, header);
                    break;
                case 8 when header.Kind == DataVersion2:
                    header = ReadValuesOfVersion2(ref reader, header);
                    break;
                case > 4 and < 9:
                    throw new InvalidDataException("the header of a page is that of another kind of page");
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return header with { HeaderLength = reader.Position };
    }

    private static PageHeader ReadValues(ref ThriftReader reader, PageHeader header)
    {
        var id = 0;
        while (reader.ReadOrderedField(ref id) is not ThriftType.Stop and var type)
        {
            switch (id)
            {
                case 1:
                    header = header with { Values = reader.ReadInt32(type) };
                    break;
                case 2:
                    header = header with { Encoding = reader.ReadInt32(type) };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return header;
    }

    private static PageHeader ReadValuesOfVersion2(ref ThriftReader reader, PageHeader header)
    {
        var id = 0;
        while (reader.ReadOrderedField(ref id) is not ThriftType.Stop and var type)
        {
            switch (id)
            {
                case 1:
                    header = header with { Values = reader.ReadInt32(type) };
                    break;
                case 2:
                    header = header with { Missing = reader.ReadInt32(type) };
                    break;
                case 4:
                    header = header with { Encoding = reader.ReadInt32(type) };
                    break;
                case 5 or 6: // the definition and the repetition levels
                    var bytes = reader.ReadInt32(type);
                    header = header with { LevelBytes = bytes < 0 ? long.MaxValue : header.LevelBytes + bytes };
                    break;
                case 7:
                    header = header with { IsCompressed = type == ThriftType.True };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return header;
    }
}
