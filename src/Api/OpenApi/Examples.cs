using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Velodrome.Api.OpenApi;

/// <summary>Endpoint metadata: a body that the operation accepts.</summary>
internal sealed record BodyExample(string ContentType, string Text);

/// <summary>Endpoint metadata: a value of a parameter that works together with the example of the body.</summary>
internal sealed record ParameterExample(string Name, JsonNode Value);

internal static class ExampleExtensions
{
    public static TBuilder WithBodyExample<TBuilder>(this TBuilder endpoint, string contentType, string text)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new BodyExample(contentType, text));

    public static TBuilder WithParameterExample<TBuilder>(this TBuilder endpoint, string name, JsonNode value)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ParameterExample(name, value));
}

/// <summary>Documents the examples. Swagger UI fills them in.</summary>
internal sealed class ExampleFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        foreach (var example in metadata.OfType<BodyExample>())
        {
            var body = (OpenApiMediaType)operation.RequestBody!.Content![example.ContentType];
            body.Example = example.ContentType == "application/json" ? JsonNode.Parse(example.Text) : example.Text;
        }

        foreach (var example in metadata.OfType<ParameterExample>())
        {
            var parameter = (OpenApiParameter)operation.Parameters!.Single(parameter => parameter.Name == example.Name);
            parameter.Example = example.Value.DeepClone();
        }
    }
}
