using System.Text.Json;
using Parquet;
using Parquet.Schema;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Columns;

/// <summary>Some values of one column as a Parquet file with one column: doubles, or codes with the levels that they need.</summary>
internal static class ColumnFile
{
    /// <summary>The levels that the codes of this file add to those of the files before, as a JSON array.</summary>
    private const string Levels = "levels";

    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Snappy };

    /// <param name="values">NaN where missing.</param>
    public static Task<byte[]> Write(ReadOnlyMemory<double> values) => Write(values, levels: null);

    /// <param name="codes">Codes of a <see cref="CategoryColumn"/>.</param>
    /// <param name="levels">The levels that the files before do not have.</param>
    public static Task<byte[]> Write(ReadOnlyMemory<int> codes, IReadOnlyList<string> levels) => Write<int>(codes, levels);

    /// <param name="file">Written by this class.</param>
    /// <param name="values">Get the numbers.</param>
    public static async Task ReadNumbers(byte[] file, Memory<double> values)
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(file));
        await Read(reader, values);
    }

    /// <param name="file">Written by this class.</param>
    /// <param name="codes">Get the codes.</param>
    /// <returns>The levels that this file adds.</returns>
    public static async Task<string[]> ReadCodes(byte[] file, Memory<int> codes)
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(file));
        await Read(reader, codes);
        return JsonSerializer.Deserialize<string[]>(reader.CustomMetadata[Levels])!;
    }

    private static async Task<byte[]> Write<T>(ReadOnlyMemory<T> values, IReadOnlyList<string>? levels)
        where T : struct
    {
        var field = new DataField<T>("value");
        var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), file, Options))
        {
            if (levels is not null)
            {
                writer.CustomMetadata = new Dictionary<string, string> { [Levels] = JsonSerializer.Serialize(levels) };
            }

            using var group = writer.CreateRowGroup();
            await group.WriteAsync(field, values);
        }

        return file.ToArray();
    }

    private static async Task Read<T>(ParquetReader reader, Memory<T> values)
        where T : struct
    {
        using var group = reader.OpenRowGroupReader(0);
        await group.ReadAsync(reader.Schema.GetDataFields()[0], values);
    }
}
