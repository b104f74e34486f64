using System.Reflection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Velodrome.Api.Http;

namespace Velodrome.Api.OpenApi;

/// <summary>Writes into the document which names a <see cref="ChoiceAttribute">choice</see> takes; to the framework it is any text.</summary>
internal sealed class ChoiceFilter : IParameterFilter
{
    public void Apply(IOpenApiParameter parameter, ParameterFilterContext context)
    {
        if (parameter is OpenApiParameter text && context.ParameterInfo?.GetCustomAttribute<ChoiceAttribute>() is { } choice)
        {
            text.Schema = context.SchemaGenerator.GenerateSchema(choice.Type, context.SchemaRepository);
        }
    }
}
