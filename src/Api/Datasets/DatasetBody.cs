using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Velodrome.Api.Datasets;

/// <summary>Documents a body that is read as it comes and not bound to a type.</summary>
internal static class DatasetBody
{
    public static RouteHandlerBuilder TakesDataset(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new AcceptsMetadata([DatasetUpload.Csv, DatasetUpload.Form, DatasetUpload.Json]));
}

/// <summary>Writes the three forms of a dataset into the document, each with an example that works.</summary>
internal sealed class DatasetBodyFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId != "createDataset")
        {
            return;
        }

        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [DatasetUpload.Csv] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = "hours,score\n1,45\n2,55\n3,62\n" },
                [DatasetUpload.Form] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { "file" },
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The CSV." },
                            ["name"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The dataset's name; the file's name without it." },
                        },
                    },
                },
                [DatasetUpload.Json] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.Object } },
                    Example = JsonNode.Parse("""[{ "hours": 1, "score": 45 }, { "hours": 2, "score": 55 }, { "hours": 3, "score": null }]"""),
                },
            },
        };
    }
}
