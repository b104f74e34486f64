using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Velodrome.Api.Access;

/// <summary>Documents which operations need a key, and with which role. Swagger UI shows its Authorize button for them.</summary>
internal static class OpenApiKeys
{
    public const string Scheme = "key";

    public static void AddApiKeys(this SwaggerGenOptions options)
    {
        options.AddSecurityDefinition(Scheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A key of this service. Paste it as it is. If the service has no keys, leave it out.",
        });
        options.OperationFilter<SecurityFilter>();
    }

    private sealed class SecurityFilter : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<IAuthorizeData>().LastOrDefault() is { Roles: { } role } && !metadata.OfType<IAllowAnonymous>().Any())
            {
                operation.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
                operation.Description = $"{operation.Description}\n\nNeeds a key with the role `{role}`.".Trim();
            }
        }
    }
}
