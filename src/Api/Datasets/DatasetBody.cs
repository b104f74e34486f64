using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Velodrome.Api.Datasets;

/// <summary>Marks an operation whose body is a dataset. The handler reads the body as a stream and binds no type to it.</summary>
internal sealed record DatasetBody;

internal static class DatasetBodyExtensions
{
    public static RouteHandlerBuilder AcceptsDataset(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new DatasetBody(), new AcceptsMetadata([DatasetUpload.Csv, DatasetUpload.Form, DatasetUpload.Json]));
}

/// <summary>Documents the three forms of a <see cref="DatasetBody"/>, with examples that work.</summary>
internal sealed class DatasetBodyFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<DatasetBody>().Any())
        {
            return;
        }

        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [DatasetUpload.Csv] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    Example = "hours,score\n1,45\n2,55\n3,62\n",
                },
                [DatasetUpload.Form] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { "file" },
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The CSV." },
                            ["name"] = new OpenApiSchema
                            {
                                Type = JsonSchemaType.String,
                                Description = "The dataset's name. Default: the file's name without its extension.",
                            },
                        },
                    },
                },
                [DatasetUpload.Json] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        Items = new OpenApiSchema { Type = JsonSchemaType.Object },
                    },
                    Example = JsonNode.Parse(
                        """[{ "hours": 1, "score": 45 }, { "hours": 2, "score": 55 }, { "hours": 3, "score": null }]"""),
                },
            },
        };
    }
}
