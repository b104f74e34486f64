namespace Velodrome.Api.Datasets.Formats.Parquet;

/// <summary>Types of Thrift's compact protocol.</summary>
internal enum ThriftType
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
    Uuid = 13,
}

/// <summary>
/// Reads Thrift's compact protocol, in which Parquet writes its metadata, without building objects. It is used to check sizes and depths
/// before a library allocates what they say.
/// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Number of bytes that were read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the header of a struct's next field.</summary>
    /// <param name="id">The id of the field before, 0 for the first; becomes this one's.</param>
    /// <returns><see cref="ThriftType.Stop"/> at the struct's end.</returns>
    public ThriftType ReadField(ref int id)
    {
        var header = ReadByte();
        if (header == 0)
        {
            return ThriftType.Stop;
        }

        id = header >> 4 is > 0 and var delta ? id + delta : (int)ReadInteger();
        return TypeOf(header & 0xF);
    }

    /// <summary>Like <see cref="ReadField"/>, but throws unless the struct's fields are sorted by their ids, as every program writes them.
    /// If a field occurred twice, the library might use another value than the one that is checked here.</summary>
    public ThriftType ReadOrderedField(ref int id)
    {
        var before = id;
        var type = ReadField(ref id);
        return type == ThriftType.Stop || id > before ? type : throw Broken();
    }

    /// <summary>Reads the value of a field that has to be a 32-bit integer.</summary>
    public int ReadInt32(ThriftType type) =>
        type == ThriftType.I32 && ReadInteger() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw Broken();

    /// <summary>Reads a list's header. A list cannot have more elements than there are bytes left.</summary>
    public int ReadListHeader(out ThriftType type)
    {
        var header = ReadByte();
        type = TypeOf(header & 0xF);
        var count = header >> 4 is < 15 and var small ? small : (long)ReadVarint();
        return count <= _bytes.Length - Position ? (int)count : throw Broken();
    }

    public long ReadInteger()
    {
        var zigzag = ReadVarint();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    public ReadOnlySpan<byte> ReadBinary()
    {
        var length = ReadVarint();
        if (length > (ulong)(_bytes.Length - Position))
        {
            throw Broken();
        }

        var start = Position;
        Position += (int)length;
        return _bytes[start..Position];
    }

    public ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var octet = ReadByte();
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                return value;
            }
        }

        throw Broken();
    }

    /// <summary>Skips a field's value.</summary>
    public void Skip(ThriftType type, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw Broken();
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                ReadByte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Advance(sizeof(double));
                break;
            case ThriftType.Uuid:
                Advance(16);
                break;
            case ThriftType.Binary:
                ReadBinary();
                break;
            case ThriftType.List or ThriftType.Set:
                SkipList(depth);
                break;
            case ThriftType.Struct:
                var id = 0;
                while (ReadField(ref id) is not ThriftType.Stop and var field)
                {
                    Skip(field, depth + 1);
                }

                break;
            default:
                throw Broken(); // Parquet has no maps
        }
    }

    private void SkipList(int depth)
    {
        var count = ReadListHeader(out var type);
        for (var element = 0; element < count; element++)
        {
            if (type is ThriftType.True or ThriftType.False)
            {
                ReadByte(); // in a list, a boolean has a byte of its own
            }
            else
            {
                Skip(type, depth + 1);
            }
        }
    }

    private void Advance(int count) => Position = count <= _bytes.Length - Position ? Position + count : throw Broken();

    private byte ReadByte() => Position < _bytes.Length ? _bytes[Position++] : throw Broken();

    private static ThriftType TypeOf(int type) => type is > 0 and <= (int)ThriftType.Uuid ? (ThriftType)type : throw Broken();

    private static InvalidDataException Broken() => new("its metadata is damaged");
}
