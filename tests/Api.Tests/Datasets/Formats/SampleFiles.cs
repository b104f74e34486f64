using System.IO.Compression;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Parquet;
using Parquet.Schema;

namespace Velodrome.Api.Tests.Datasets.Formats;

/// <summary>The same small table in every format: a number, a text, a boolean, each with a missing value.</summary>
internal static class SampleFiles
{
    public const string Csv = "size,city,garden\n1.5,Bonn,true\n,Trier,false\n1E-05,\"a, b\",\n7,,true\n";
    public const string Ndjson = """
        {"size":1.5,"city":"Bonn","garden":true}
        {"size":null,"city":"Trier","garden":false}
        {"size":1E-05,"city":"a, b"}

        {"size":7,"garden":true}
        """;

    private static readonly double?[] Sizes = [1.5, null, 1e-5, 7];
    private static readonly string?[] Cities = ["Bonn", "Trier", "a, b", null];
    private static readonly bool?[] Gardens = [true, false, null, true];

    public static byte[] Parquet(CompressionMethod compression = CompressionMethod.Snappy)
    {
        var (size, city, garden) = (new DataField<double?>("size"), new DataField<string>("city"), new DataField<bool?>("garden"));
        return Parquet([size, city, garden], async group =>
        {
            await group.WriteAsync<double>(size, Sizes.AsMemory());
            await group.WriteAsync(city, Cities);
            await group.WriteAsync<bool>(garden, Gardens.AsMemory());
        }, compression);
    }

    public static byte[] Parquet(Parquet.Schema.Field[] fields, Func<ParquetRowGroupWriter, Task> write,
        CompressionMethod compression = CompressionMethod.Snappy)
    {
        var bytes = new MemoryStream();
        Write().GetAwaiter().GetResult();
        return bytes.ToArray();

        async Task Write()
        {
            await using var writer = await ParquetWriter.CreateAsync(
                new ParquetSchema(fields), bytes, new ParquetOptions { CompressionMethod = compression });
            using var group = writer.CreateRowGroup();
            await write(group);
        }
    }

    public static byte[] Arrow(bool isFile, CompressionCodecType? compression = null)
    {
        var cities = new StringArray.Builder().AppendRange(["Bonn", "Trier", "a, b"]).Build();
        var indices = new Int8Array.Builder().Append(0).Append(1).Append(2).AppendNull().Build();
        return Arrow(isFile, compression,
            ("size", SizeArray()),
            ("city", new DictionaryArray(new DictionaryType(Int8Type.Default, StringType.Default, false), indices, cities)),
            ("garden", GardenArray()));
    }

    public static byte[] Arrow(bool isFile, CompressionCodecType? compression, params (string Name, IArrowArray Values)[] columns)
    {
        var schema = new Schema([.. columns.Select(column =>
            new Apache.Arrow.Field(column.Name, column.Values.Data.DataType, true))], null);
        var options = new IpcOptions { CompressionCodecFactory = new CompressionCodecFactory(), CompressionCodec = compression };
        var bytes = new MemoryStream();
        using (var writer = isFile
            ? new ArrowFileWriter(bytes, schema, true, options) : new ArrowStreamWriter(bytes, schema, true, options))
        {
            writer.WriteStart();
            writer.WriteRecordBatch(new RecordBatch(schema, columns.Select(column => column.Values), columns[0].Values.Length));
            writer.WriteEnd();
        }

        return bytes.ToArray();
    }

    /// <summary>A column of each kind of layout: offsets of 32 and 64 bits, bits, fixed widths.</summary>
    private static byte[] ArrowTypes() => Arrow(isFile: false, null,
        ("text", new StringArray.Builder().AppendRange(Cities).Build()),
        ("large", new LargeStringArray.Builder().AppendRange(Cities).Build()),
        ("view", new StringViewArray.Builder().AppendRange([.. Cities.Select(city => city + ", more than twelve bytes")]).Build()),
        ("garden", GardenArray()),
        ("count", new Int64Array.Builder().AppendRange([1, 2, 3, 4]).Build()),
        ("day", new Date32Array.Builder().AppendRange(Enumerable.Repeat(new DateTime(2024, 2, 29), 4)).Build()),
        ("time", new TimestampArray.Builder().AppendRange(Enumerable.Repeat(DateTimeOffset.UnixEpoch, 4)).Build()),
        ("price", new Decimal128Array.Builder(new Decimal128Type(10, 2)).AppendRange([1.5m, 2.25m, -3m, 0m]).Build()));

    private static DoubleArray SizeArray()
    {
        var builder = new DoubleArray.Builder();
        System.Array.ForEach(Sizes, size => builder.Append(size));
        return builder.Build();
    }

    private static BooleanArray GardenArray()
    {
        var builder = new BooleanArray.Builder();
        System.Array.ForEach(Gardens, garden => builder.NullableAppend(garden));
        return builder.Build();
    }

    public static byte[] Xlsx() => Xlsx("""
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>ci</t></r><r><t>ty</t></r></is></c>
          <c r="C1" t="str"><v>garden</v></c></row>
        <row r="3"><c r="A3"><v>1.5</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="b"><v>1</v></c></row>
        <row r="4"><c r="A4" t="e"><v>#N/A</v></c><c r="B4" t="inlineStr"><is><t>Trier</t></is></c><c r="C4" t="b"><v>0</v></c></row>
        <row><c><v>1.0000000000000001E-5</v></c><c t="inlineStr"><is><t>a, b</t></is></c></row>
        <row r="1048576"><c r="A1048576"><f>3+4</f><v>7</v></c><c r="C1048576" t="b"><v>1</v></c></row>
        """);

    /// <summary>A workbook whose sheet has these rows, and perhaps others behind it.</summary>
    public static byte[] Xlsx(string rows, string after = "", string workbook = "", params (string Name, string Rows)[] others)
    {
        const string Main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
        const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const string Package = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
        (string Name, string Rows)[] sheets = [("First", rows), .. others];
        List<(string, string)> parts =
        [
            ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
            ("_rels/.rels", $"<Relationships {Package}>" +
                $"<Relationship Id=\"r1\" Type=\"{Office}/officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>"),
            ("xl/workbook.xml", $"<workbook {Main} xmlns:r=\"{Office}\">{workbook}<sheets>" + string.Concat(sheets.Select((sheet, i) =>
                $"<sheet name=\"{sheet.Name}\" sheetId=\"{i + 1}\" r:id=\"s{i}\"/>")) + "</sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", $"<Relationships {Package}>" + string.Concat(sheets.Select((_, i) =>
                $"<Relationship Id=\"s{i}\" Type=\"{Office}/worksheet\" Target=\"worksheets/sheet{i + 1}.xml\"/>")) +
                $"<Relationship Id=\"t\" Type=\"{Office}/sharedStrings\" Target=\"sharedStrings.xml\"/>" +
                $"<Relationship Id=\"y\" Type=\"{Office}/styles\" Target=\"styles.xml\"/></Relationships>"),
            ("xl/sharedStrings.xml", $"<sst {Main}><si><t>size</t></si><si><t>Bonn</t><rPh><t>x</t></rPh></si></sst>"),
            ("xl/styles.xml", $"<styleSheet {Main}><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd\\.mm\\.yyyy\\ hh:mm\"/></numFmts>" +
                "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"20\"/><xf numFmtId=\"46\"/>" +
                "</cellXfs></styleSheet>"),
            .. sheets.Select((sheet, i) => ($"xl/worksheets/sheet{i + 1}.xml",
                $"<worksheet {Main}><sheetData>{sheet.Rows}</sheetData>{after}</worksheet>")),
        ];
        return Zip([.. parts.Select(part => (part.Item1, Encoding.UTF8.GetBytes(part.Item2)))]);
    }

    public static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The same archive without compression, so that a test finds its texts.</summary>
    public static byte[] Stored(byte[] zip)
    {
        var bytes = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(zip)))
        using (var target = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in source.Entries)
            {
                using var from = entry.Open();
                using var to = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                from.CopyTo(to);
            }
        }

        return bytes.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return bytes.ToArray();
    }

    /// <summary>The table in the format that a name means.</summary>
    public static byte[] Of(string name) => name switch
    {
        "csv" => Encoding.UTF8.GetBytes(Csv),
        "ndjson" => Encoding.UTF8.GetBytes(Ndjson),
        "parquet" => Parquet(),
        "parquet-gzip" => Parquet(CompressionMethod.Gzip),
        "parquet-zstd" => Parquet(CompressionMethod.Zstd),
        "parquet-none" => Parquet(CompressionMethod.None),
        "parquet-brotli" => Parquet(CompressionMethod.Brotli),
        "parquet-lz4" => Parquet(CompressionMethod.Lz4Raw),
        "arrow" => Arrow(isFile: true),
        "arrow-types" => ArrowTypes(),
        "arrow-stream" => Arrow(isFile: false),
        "arrow-lz4" => Arrow(isFile: true, CompressionCodecType.Lz4Frame),
        "arrow-zstd" => Arrow(isFile: false, CompressionCodecType.Zstd),
        "xlsx" => Xlsx(),
        "csv.gz" => Gzip(Of("csv")),
        "ndjson.gz" => Gzip(Of("ndjson")),
        "csv.zip" => Zip(("__MACOSX/._table.csv", [1]), ("folder/table.csv", Of("csv"))),
        "parquet.zip" => Zip(("table.parquet", Of("parquet"))),
        "xlsx.gz" => Gzip(Xlsx()),
        _ => throw new ArgumentException(name),
    };
}
