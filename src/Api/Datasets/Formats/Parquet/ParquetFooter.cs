using System.Buffers.Binary;
using System.Text;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Parquet;

/// <summary>
/// Checks a Parquet file's footer before the library reads it. The library trusts the footer: it recurses into its schema and allocates
/// the sizes in it. https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
/// </summary>
internal static class ParquetFooter
{
    private const int TrailerLength = 8;
    private const int MaxFooterBytes = 32 << 20;
    private const int Repeated = 2;

    /// <param name="file">Seekable.</param>
    /// <exception cref="RefusedException"><c>unsupportedColumn</c>: a column is nested. <c>encryptedFile</c>.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static void Check(Stream file)
    {
        var reader = new ThriftReader(ReadBytes(file));
        var id = 0;
        while (reader.ReadOrderedField(ref id) is not ThriftType.Stop and var type)
        {
            if (id == 2)
            {
                CheckSchema(ref reader, type);
            }
            else
            {
                reader.Skip(type);
            }
        }
    }

    private static byte[] ReadBytes(Stream file)
    {
        Span<byte> trailer = stackalloc byte[TrailerLength];
        if (file.Length < TrailerLength + 4)
        {
            throw new InvalidDataException("it ends before its footer");
        }

        file.Position = file.Length - TrailerLength;
        file.ReadExactly(trailer);
        if (trailer[4..].SequenceEqual("PARE"u8))
        {
            throw new RefusedException(
                "encryptedFile", null, "The Parquet file is encrypted. Write it without encryption and send that file.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        if (!trailer[4..].SequenceEqual("PAR1"u8) || length < 1 || length > Math.Min(file.Length - TrailerLength - 4, MaxFooterBytes))
        {
            throw new InvalidDataException("it ends before its footer, or the footer is damaged");
        }

        var bytes = new byte[length];
        file.Position = file.Length - TrailerLength - length;
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Checks the schema, whose first element is the table and whose others are its columns.</summary>
    private static void CheckSchema(ref ThriftReader reader, ThriftType listType)
    {
        if (listType != ThriftType.List)
        {
            throw new InvalidDataException("its schema is damaged");
        }

        var count = reader.ReadListHeader(out _);
        for (var element = 0; element < count; element++)
        {
            var (name, children, repetition, id) = ("", 0, 0, 0);
            while (reader.ReadOrderedField(ref id) is not ThriftType.Stop and var type)
            {
                switch (id)
                {
                    case 3:
                        repetition = reader.ReadInt32(type);
                        break;
                    case 4 when type == ThriftType.Binary:
                        name = Encoding.UTF8.GetString(reader.ReadBinary());
                        break;
                    case 5:
                        children = reader.ReadInt32(type);
                        break;
                    default:
                        reader.Skip(type);
                        break;
                }
            }

            if (element > 0 && (children > 0 || repetition == Repeated))
            {
                throw UnsupportedColumn.Refuse(name, "contains lists, maps or structures", "Unnest it into columns of single values");
            }
        }
    }
}
