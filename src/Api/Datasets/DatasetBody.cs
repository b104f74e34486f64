using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets;

/// <summary>Marks an operation whose body is a dataset. The handler reads the body as a stream and binds no type to it.</summary>
internal sealed record DatasetBody;

internal static class DatasetBodyExtensions
{
    public static RouteHandlerBuilder AcceptsDataset(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Refuses(RefusalCodes.Csv).Refuses(RefusalCodes.Reading).Refuses(RefusalCodes.Files)
            .Refuses("bodyTooLarge", "unsupportedMediaType", "emptyBody", "malformedForm", "nestedValue", "noColumns", "numberTooLarge",
                "malformedJson", "wrongType", "unknownField", "duplicateField", "missingField", "invalidName", "unknownColumn",
                "unknownValue", "outOfRange", "wrongLength", "notApplicable", "nullNotAllowed")
            .WithMetadata(new JsonParameter("options", typeof(ReadingOptions)))
            .WithMetadata(new DatasetBody()); // no AcceptsMetadata: the handler's refusal of another type lists those that it takes
}

/// <summary>Documents the forms of a <see cref="DatasetBody"/>, with examples that work.</summary>
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
                            ["file"] = new OpenApiSchema
                            {
                                Type = JsonSchemaType.String,
                                Format = "binary",
                                Description = "The table: CSV, Parquet, Excel, Arrow, JSON or NDJSON, also compressed with gzip or zip.",
                            },
                            ["options"] = new OpenApiSchema
                            {
                                Type = JsonSchemaType.String,
                                Description = "How the file is to be read, as JSON. What is left out is detected.",
                            },
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
        operation.AddFileTypes();
    }
}
