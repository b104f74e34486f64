using Microsoft.OpenApi;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Export;

/// <summary>The format in which a caller asks for a table.</summary>
internal static class AskedFormat
{
    private static readonly string[] Names = Enum.GetNames<TableFormat>().Select(name => name.ToLowerInvariant()).ToArray();

    /// <summary>The format in the query, else the most preferred one in the <c>Accept</c> header; null if there is none.</summary>
    /// <exception cref="RefusedException"><c>unknownValue</c>.</exception>
    public static TableFormat? Of(HttpRequest request, string? name)
    {
        if (name is not null)
        {
            return Array.IndexOf(Names, name.ToLowerInvariant()) is >= 0 and var number ? (TableFormat)number
                : throw new RefusedException("unknownValue", "format",
                    $"There is no format \"{(name.Length <= 40 ? name : name[..40] + "…")}\". Send one of {string.Join(", ", Names)}.");
        }

        return request.GetTypedHeaders().Accept
            .OrderByDescending(accepted => accepted.Quality ?? 1)
            .Select(accepted => TableFormats.OfMediaType(accepted.MediaType.Value))
            .FirstOrDefault(format => format is not null);
    }

    public static OpenApiParameter Parameter() => new()
    {
        Name = "format",
        In = ParameterLocation.Query,
        Description = "For files: the format of the response. Default: the first that Accept names, else that of the file.",
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. Names.Select(name => (System.Text.Json.Nodes.JsonNode)name)],
        },
    };
}
