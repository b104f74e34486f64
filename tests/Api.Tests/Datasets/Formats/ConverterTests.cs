using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Parquet;
using Parquet.Schema;
using Velodrome.Api.Datasets;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Api.Memory;
using Velodrome.Api.Settings;
using Velodrome.Training;

namespace Velodrome.Api.Tests.Datasets.Formats;

/// <summary>Tests conversions to CSV, cell by cell.</summary>
public sealed class ConverterTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Fact]
    public async Task Parquet_types_become_texts_that_mean_the_same()
    {
        var time = new DateTime(2024, 2, 29, 12, 30, 15, DateTimeKind.Utc).AddTicks(1_230_000);
        (Parquet.Schema.DataField Field, Func<Parquet.ParquetRowGroupWriter, Parquet.Schema.DataField, Task> Write, string Text)[] columns =
        [
            Column("i32", int.MinValue, "-2147483648"), Column("i64", long.MaxValue, "9223372036854775807"),
            Column("u64", ulong.MaxValue, "18446744073709551615"), Column("u8", (byte)255, "255"), Column("i16", (short)-7, "-7"),
            Column("f32", 0.1f, "0.1"), Column("f64", 0.1 + 0.2, "0.30000000000000004"), Column("flag", false, "false"),
            Column("dec", 12.50m, "12.5"), Column("time", time, "2024-02-29T12:30:15.123"), // this type has no zone
            Of(new DateTimeDataField("utc", DateTimeFormat.Timestamp, true, DateTimeTimeUnit.Micros), time, "2024-02-29T12:30:15.123Z"),
            Of(new DateTimeDataField("local", DateTimeFormat.Timestamp, false, DateTimeTimeUnit.Micros), time, "2024-02-29T12:30:15.123"),
            Column("id", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), "00112233-4455-6677-8899-aabbccddeeff"),
        ];
        var file = SampleFiles.Parquet([.. columns.Select(column => column.Field)], async group =>
        {
            foreach (var (field, write, _) in columns)
            {
                await write(group, field);
            }
        });

        var lines = await Convert(file);

        Assert.Equal(string.Join(',', columns.Select(column => $"\"{column.Field.Name}\"")), lines[0]);
        Assert.Equal(string.Join(',', columns.Select(column => column.Text)), lines[1]);

        static (DataField, Func<Parquet.ParquetRowGroupWriter, DataField, Task>, string) Column<T>(string name, T value, string text)
            where T : struct => Of(new DataField<T>(name), value, text);

        static (DataField, Func<Parquet.ParquetRowGroupWriter, DataField, Task>, string) Of<T>(DataField field, T value, string text)
            where T : struct => (field, (group, field) => group.WriteAsync<T>(field, new[] { value }.AsMemory()), text);
    }

    [Fact]
    public async Task A_nested_column_of_parquet_is_refused_by_its_name()
    {
        var list = new ListField("tags", new DataField<int>("element"));
        var file = SampleFiles.Parquet([list], group => group.WriteAllPartsAsync<int>(
            (DataField)list.Item, new[] { 1, 2 }.AsMemory(), new[] { 1, 1 }.AsMemory(), new[] { 0, 1 }.AsMemory(), CancellationToken.None));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(file));

        Assert.Equal(("unsupportedColumn", "tags"), (refused.Faults[0].Code, refused.Faults[0].Field));
    }

    [Theory]
    [InlineData(CompressionMethod.None, 2, 100, "another length")] // the length of the content: 50 bytes
    [InlineData(CompressionMethod.Zstd, 2, 100, "another length")]
    [InlineData(CompressionMethod.Brotli, 2, 100, "another length")]
    [InlineData(CompressionMethod.None, 0, 4, "another kind")] // a dictionary that has the header of data
    [InlineData(CompressionMethod.None, 9, 6, "encoding")] // run lengths, which the library would write over the texts' references
    public async Task A_page_whose_header_lies_is_refused(CompressionMethod compression, int at, byte value, string expected)
    {
        var city = new DataField<string>("city", nullable: false);
        var file = SampleFiles.Parquet([city], group => group.WriteAsync(city, ["Bonn", "Trier"]), compression);
        var header = file.AsSpan().IndexOf<byte>([0x15, 0x00, 0x15]); // the page's kind, its length
        file[header + 1 + at] = value;

        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(file));

        Assert.Equal("malformedFile", refused.Faults[0].Code);
        Assert.Contains(expected, refused.Faults[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_group_that_needs_too_much_memory_is_refused_before_it_is_read()
    {
        const int Rows = 20_000;
        DataField[] fields = [.. Enumerable.Range(0, 500).Select(number => new DataField<double>($"c{number}"))];
        var file = SampleFiles.Parquet(fields, async group =>
        {
            foreach (var field in fields)
            {
                await group.WriteAsync<double>(field, new double[Rows].AsMemory());
            }
        });
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(file, memoryMegabytes: 1024));

        Assert.Equal("rowGroupTooLarge", refused.Faults[0].Code);
        Assert.Contains("Row group 1 has 20000 rows of 500 columns", refused.Faults[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_texts_count_as_missing_and_are_counted()
    {
        var field = new DataField<string>("note");
        var file = SampleFiles.Parquet([field], group => group.WriteAsync(field, ["", "a", null, " "]));
        var table = await ToTable(file, new(null, null));
        await using (table)
        {
            Assert.Equal(["\"note\"", "\"\"", "a", "\"\"", "\"\""], Lines(table));
            Assert.Equal("2 of 4 values of note are empty texts and count as missing.", Assert.Single(table.Notes).Message);
        }
    }

    [Fact]
    public async Task Arrow_types_become_texts_that_mean_the_same()
    {
        var time = new DateTimeOffset(2024, 2, 29, 12, 30, 15, 123, TimeSpan.Zero);
        (string, IArrowArray, string)[] columns =
        [
            ("i8", new Int8Array.Builder().Append(-5).Build(), "-5"),
            ("u64", new UInt64Array.Builder().Append(ulong.MaxValue).Build(), $"{ulong.MaxValue}"),
            ("f32", new FloatArray.Builder().Append(0.1f).Build(), "0.1"),
            ("f64", new DoubleArray.Builder().Append(double.NaN).Build(), ""),
            ("day", new Date32Array.Builder().Append(time.UtcDateTime).Build(), "2024-02-29"),
            ("utc", new TimestampArray.Builder(new TimestampType(TimeUnit.Millisecond, "+01:00")).Append(time).Build(),
                "2024-02-29T12:30:15.123Z"),
            ("local", new TimestampArray.Builder(new TimestampType(TimeUnit.Second, (string?)null)).Append(time).Build(),
                "2024-02-29T12:30:15"),
        ];
        var lines = await Convert(SampleFiles.Arrow(true, null, [.. columns.Select(column => (column.Item1, column.Item2))]));

        Assert.Equal(columns.Select(column => column.Item3), lines[1].Split(','));
    }

    [Fact]
    public async Task A_nested_column_of_arrow_is_refused_by_its_name()
    {
        var list = new ListArray.Builder(Int32Type.Default);
        list.Append();
        ((Int32Array.Builder)list.ValueBuilder).Append(1);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(SampleFiles.Arrow(true, null, ("tags", list.Build()))));

        Assert.Equal(("unsupportedColumn", "tags"), (refused.Faults[0].Code, refused.Faults[0].Field));
    }

    [Fact]
    public async Task An_arrow_batch_that_needs_too_much_memory_is_refused()
    {
        var file = SampleFiles.Arrow(false, null, ("x", new DoubleArray.Builder().AppendRange(new double[20_000_000]).Build()));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(file, memoryMegabytes: 1024));

        Assert.Equal("rowGroupTooLarge", refused.Faults[0].Code);
    }

    internal async Task<string[]> Convert(byte[] file, SheetOptions? options = null, int? memoryMegabytes = null)
    {
        await using var table = await ToTable(file, new(null, null), options, memoryMegabytes);
        return Lines(table);
    }

    private Task<ReceivedTable> ToTable(byte[] file, FileHint hint, SheetOptions? options = null, int? memoryMegabytes = null) =>
        Converting.Convert(app, file, hint, options, memoryMegabytes);

    private static string[] Lines(ReceivedTable table) => Converting.Lines(table);
}

/// <summary>Calls the converter directly.</summary>
internal static class Converting
{
    public static async Task<ReceivedTable> Convert(
        VelodromeApp app, byte[] file, FileHint hint, SheetOptions? options = null, int? memoryMegabytes = null)
    {
        var spool = app.Services.GetRequiredService<Spool>();
        var converter = new TableConverter(
            spool, app.Services.GetRequiredService<MemoryBudget>(),
            Options.Create(new VelodromeSettings { MaxUploadMegabytes = 512, MaxMemoryMegabytes = memoryMegabytes }));
        var body = spool.Create();
        body.Write(file);
        return await converter.ToCsv(body, hint, options ?? new(null, null), CancellationToken.None);
    }

    public static string[] Lines(ReceivedTable table)
    {
        table.Csv.Position = 0;
        return new StreamReader(table.Csv, Encoding.UTF8, leaveOpen: true).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
