using Microsoft.OpenApi;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>Documents the media types of files.</summary>
internal static class FormatDocumentation
{
    private const string NdjsonExample = "{ \"hours\": 1, \"score\": 45 }\n{ \"hours\": 2, \"score\": 55 }\n";

    public static void AddFileTypes(this OpenApiOperation operation)
    {
        var content = operation.RequestBody!.Content!;
        foreach (var type in TableFormats.FileTypes)
        {
            content.TryAdd(type, MediaType(type));
        }
    }

    public static void AddFileTypes(this IOpenApiResponse response)
    {
        foreach (var type in TableFormats.All.Select(names => names.MediaTypes[0]))
        {
            response.Content!.TryAdd(type, MediaType(type));
        }
    }

    private static OpenApiMediaType MediaType(string type)
    {
        var isNdjson = TableFormats.OfMediaType(type) == TableFormat.Ndjson;
        return new()
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = isNdjson ? null : "binary" },
            Example = isNdjson ? NdjsonExample : null,
        };
    }
}
