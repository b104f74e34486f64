namespace Velodrome.Api.Datasets.Formats;

/// <summary>A format in which a table is sent or asked for.</summary>
public enum TableFormat
{
    /// <summary>Comma-separated values.</summary>
    Csv,

    /// <summary>An array of objects, one for each row.</summary>
    Json,

    /// <summary>One JSON object in each line.</summary>
    Ndjson,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>A worksheet of an Excel workbook.</summary>
    Xlsx,

    /// <summary>Apache Arrow's IPC format, as a file (Feather version 2) or as a stream.</summary>
    Arrow,
}

/// <summary>Names of a <see cref="TableFormat"/>.</summary>
/// <param name="Format">The format.</param>
/// <param name="Name">Its name in sentences.</param>
/// <param name="MediaTypes">Its media types, in lower case. Responses have the first one.</param>
/// <param name="Extensions">Extensions of its files, in lower case. Files in responses have the first one.</param>
internal sealed record FormatNames(TableFormat Format, string Name, string[] MediaTypes, string[] Extensions);

/// <summary>The formats by their names.</summary>
internal static class TableFormats
{
    public const string OctetStream = "application/octet-stream";

    /// <summary>The media type of .xls workbooks. Windows also sends it with a CSV.</summary>
    public const string OldExcel = "application/vnd.ms-excel";

    public static readonly string[] GzipTypes = ["application/gzip", "application/x-gzip"];

    public static readonly string[] ZipTypes = ["application/zip", "application/x-zip-compressed"];

    public static readonly IReadOnlyList<FormatNames> All =
    [
        new(TableFormat.Csv, "CSV", [DatasetUpload.Csv, "text/plain", "application/csv"], [".csv", ".tsv", ".txt"]),
        new(TableFormat.Json, "JSON", [DatasetUpload.Json], [".json"]),
        new(TableFormat.Ndjson, "NDJSON", ["application/x-ndjson", "application/ndjson", "application/jsonl"], [".ndjson", ".jsonl"]),
        new(TableFormat.Parquet, "Parquet", ["application/vnd.apache.parquet", "application/x-parquet"], [".parquet", ".pq"]),
        new(TableFormat.Xlsx, "Excel", ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"], [".xlsx", ".xlsm"]),
        new(TableFormat.Arrow, "Arrow", ["application/vnd.apache.arrow.file", "application/vnd.apache.arrow.stream"],
            [".arrow", ".feather", ".arrows", ".ipc"]),
    ];

    /// <summary>Media types of a body that holds a table, other than JSON, in the order in which the documentation lists them.</summary>
    public static readonly string[] FileTypes =
    [
        .. All.Where(names => names.Format != TableFormat.Json).SelectMany(names => names.MediaTypes),
        .. GzipTypes, .. ZipTypes, OldExcel, OctetStream,
    ];

    public static FormatNames Of(TableFormat format) => All[(int)format];

    public static TableFormat? OfMediaType(string? mediaType) =>
        All.FirstOrDefault(names => names.MediaTypes.Contains(mediaType?.ToLowerInvariant()))?.Format;

    public static TableFormat? OfFileName(string? fileName) =>
        All.FirstOrDefault(names => names.Extensions.Contains(Path.GetExtension(fileName)?.ToLowerInvariant()))?.Format;
}
