using System.Reflection;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Velodrome.Api.Http;

namespace Velodrome.Api.OpenApi;

/// <summary>Documents the names that a parameter with an <see cref="EnumNameAttribute"/> takes. Its C# type is a plain string.</summary>
internal sealed class EnumNameFilter : IParameterFilter
{
    public void Apply(IOpenApiParameter parameter, ParameterFilterContext context)
    {
        if (parameter is OpenApiParameter text && context.ParameterInfo?.GetCustomAttribute<EnumNameAttribute>() is { } names)
        {
            text.Schema = context.SchemaGenerator.GenerateSchema(names.Type, context.SchemaRepository);
        }
    }
}
