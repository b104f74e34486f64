using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Velodrome.Api.Problems;

namespace Velodrome.Api.OpenApi;

/// <summary>Codes with which an operation may refuse.</summary>
internal sealed record Refusals(string[] Codes);

internal static class RefusalExtensions
{
    /// <summary>Documents the codes with which the operation may refuse, each under its status.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder endpoint, params string[] codes)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Refusals(codes));
}

/// <summary>Writes <see cref="Refusals"/> into the document.</summary>
internal sealed class RefusalFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var codes = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Refusals>().SelectMany(refusals => refusals.Codes);
        foreach (var status in codes.GroupBy(FaultStatus.Of).OrderBy(status => status.Key))
        {
            operation.Responses ??= [];
            operation.Responses[$"{status.Key}"] = new OpenApiResponse
            {
                Description = $"Refused, with one of these codes: {string.Join(", ", status)}.",
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Problem.ContentType] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(typeof(Problem), context.SchemaRepository) },
                },
            };
        }
    }
}
