using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Velodrome.Api.OpenApi;

/// <summary>A request body that works as it stands.</summary>
internal sealed record BodyExample(string ContentType, string Text);

/// <summary>A value of a parameter that works together with the body's example.</summary>
internal sealed record ParameterExample(string Name, JsonNode Value);

internal static class ExampleExtensions
{
    /// <param name="endpoint">The operation.</param>
    /// <param name="contentType">Which of its bodies.</param>
    /// <param name="text">The body as it is sent.</param>
    public static TBuilder WithBodyExample<TBuilder>(this TBuilder endpoint, string contentType, string text)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new BodyExample(contentType, text));

    public static TBuilder WithParameterExample<TBuilder>(this TBuilder endpoint, string name, JsonNode value)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ParameterExample(name, value));
}

/// <summary>Writes the examples into the document; Swagger UI fills them in.</summary>
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
