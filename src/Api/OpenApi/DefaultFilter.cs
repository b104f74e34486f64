using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Velodrome.Api.OpenApi;

/// <summary>
/// Writes into the document what a member is when a request leaves it out: what a new record says, and nobody repeats. Such a
/// member is not required, though it can't be null.
/// </summary>
internal sealed class DefaultFilter(IOptions<JsonOptions> json) : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema.Properties is null || context.Type.IsAbstract || context.Type.GetConstructor(Type.EmptyTypes) is null)
        {
            return;
        }

        var defaults = Activator.CreateInstance(context.Type);
        foreach (var property in context.Type.GetProperties().Where(property => property.GetCustomAttribute<RequiredMemberAttribute>() is null))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            schema.Required?.Remove(name);
            if (schema.Properties.TryGetValue(name, out var found) && found is OpenApiSchema member && property.GetValue(defaults) is { } value and (ValueType or IEnumerable))
            {
                member.Default = JsonSerializer.SerializeToNode(value, json.Value.SerializerOptions);
            }
        }
    }
}
