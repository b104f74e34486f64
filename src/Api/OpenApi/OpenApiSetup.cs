using System.Reflection;
using Microsoft.OpenApi;
using Velodrome.Api.Http;
using Velodrome.Training;

namespace Velodrome.Api.OpenApi;

/// <summary>The OpenAPI document at /swagger/v1/swagger.json, and Swagger UI at /swagger.</summary>
internal static class OpenApiSetup
{
    private const string Description = """
        Velodrome trains neural networks on tables. Upload a dataset, start a run with a target column, follow its training and validation
        loss epoch by epoch, and predict with the weights of its best epoch.

        Every error is an `application/problem+json` body (RFC 9457) with a stable `code`. Each operation lists its codes with advice.
        """;

    public static IServiceCollection AddOpenApi(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo { Title = "Velodrome", Version = "v1", Description = Description });
            foreach (var assembly in new[] { Assembly.GetExecutingAssembly(), typeof(RefusedException).Assembly })
            {
                options.IncludeXmlComments(assembly);
            }

            options.MapType<ApiPath>(() => new OpenApiSchema { Type = JsonSchemaType.String });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.UseAllOfToExtendReferenceSchemas(); // a plain reference to another schema drops the member's own description
            options.SchemaFilter<DefaultFilter>();
            options.ParameterFilter<EnumNameFilter>();
            options.OperationFilter<ExampleFilter>();
            options.OperationFilter<RefusalFilter>();
        });

    public static IApplicationBuilder UseSwaggerPages(this IApplicationBuilder app) => app
        .UseSwagger()
        .UseSwaggerUI(options =>
        {
            options.SwaggerEndpoint("v1/swagger.json", "Velodrome");
            options.DisplayRequestDuration();
            options.EnableTryItOutByDefault();
        });
}
