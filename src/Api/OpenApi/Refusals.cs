using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Velodrome.Api.Problems;

namespace Velodrome.Api.OpenApi;

/// <summary>Endpoint metadata: codes with which an operation refuses requests.</summary>
public sealed record Refusals(IReadOnlyList<RefusalCode> Codes);

internal static class RefusalExtensions
{
    /// <summary>Declares codes with which the operation refuses requests.</summary>
    /// <exception cref="ArgumentException">A code is missing from <see cref="RefusalCodes"/>. It stops the service at start.</exception>
    public static TBuilder Refuses<TBuilder>(this TBuilder endpoint, params string[] codes) where TBuilder : IEndpointConventionBuilder =>
        endpoint.Refuses(Array.ConvertAll(codes, RefusalCodes.Get));

    /// <summary>Declares a group of codes, such as <see cref="RefusalCodes.JsonBody"/>.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder endpoint, IReadOnlyList<RefusalCode> codes)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Refusals(codes));
}

/// <summary>Documents the declared codes: one response for each status, with the advice for each code.</summary>
internal sealed class RefusalFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var codes = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Refusals>()
            .SelectMany(refusals => refusals.Codes).Distinct();
        operation.Responses ??= [];
        foreach (var status in codes.GroupBy(code => code.Status).OrderBy(status => status.Key))
        {
            operation.Responses[$"{status.Key}"] = Response(status, context);
        }

        operation.Responses["default"] = Response(RefusalCodes.AnyRequest, context);
    }

    private static OpenApiResponse Response(IEnumerable<RefusalCode> codes, OperationFilterContext context) => new()
    {
        Description = string.Join('\n', codes.Select(code => $"- `{code.Name}`: {code.Advice}")),
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            [Problem.ContentType] = new OpenApiMediaType
            {
                Schema = context.SchemaGenerator.GenerateSchema(typeof(Problem), context.SchemaRepository),
            },
        },
    };
}
