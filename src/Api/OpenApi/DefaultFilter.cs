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
/// Documents the defaults of a request's members. It reads them from a new instance, so that they are written once, in the record.
/// A member with a default is optional even if it cannot be null. A member whose default depends on other members has a property Names…
/// beside it, as <see cref="Training.Networks.NetworkOptions.NamesHidden"/>: its description has the default.
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
        var optional = context.Type.GetProperties().Where(property => property.GetCustomAttribute<RequiredMemberAttribute>() is null);
        foreach (var property in optional)
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            schema.Required?.Remove(name);
            var isFixed = context.Type.GetProperty($"Names{property.Name}") is null;
            if (schema.Properties.TryGetValue(name, out var found) && found is OpenApiSchema member
                && isFixed && property.GetValue(defaults) is { } value and (ValueType or IEnumerable))
            {
                member.Default = JsonSerializer.SerializeToNode(value, json.Value.SerializerOptions);
            }
        }
    }
}
