using Microsoft.OpenApi;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>What the sender says about a file's format. It decides only between texts: other formats are recognised by content.</summary>
/// <param name="MediaType">Its media type; null if unknown.</param>
/// <param name="FileName">Its name; null if unknown.</param>
internal sealed record FileHint(string? MediaType, string? FileName)
{
    /// <summary>The format that the media type names, else the one that the file's name does; null if neither.</summary>
    public TableFormat? Format => TableFormats.OfMediaType(MediaType) ?? TableFormats.OfFileName(FileName);

    /// <summary>Where <see cref="Format"/> comes from, for a message.</summary>
    public string Source => TableFormats.OfMediaType(MediaType) is null
        ? $"Its name, {Shorten(FileName)},"
        : $"Its media type, {MediaType},";

    /// <summary>The hint for a file that was compressed under this name.</summary>
    public FileHint Inside(string? fileName) => new(null, fileName ?? WithoutExtension(FileName));

    private static string? WithoutExtension(string? name) =>
        name?.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) == true ? name[..^".gz".Length] : null;

    private static string? Shorten(string? name) => name?.Length > 60 ? $"{name.AsSpan(0, 60)}…" : name;
}

/// <summary>Which cells of a workbook are read.</summary>
/// <param name="Sheet">The name of the sheet; null for the first visible one with values.</param>
/// <param name="Range">Cells such as B2:F100 or B2:F; null for all.</param>
internal sealed record SheetOptions(string? Sheet, string? Range)
{
    /// <summary>Documents the two parameters of an operation that reads them.</summary>
    public static IEnumerable<OpenApiParameter> Parameters()
    {
        yield return Parameter("sheet", "For Excel: the name of the sheet. Default: the first one with values.");
        yield return Parameter("range", "For Excel: the cells to read, such as B2:F100, or B2:F for all rows from the second on.");
    }

    private static OpenApiParameter Parameter(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
