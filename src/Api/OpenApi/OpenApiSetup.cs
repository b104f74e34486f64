using System.Reflection;
using Microsoft.OpenApi;
using Velodrome.Training;

namespace Velodrome.Api.OpenApi;

/// <summary>The document at /swagger/v1/swagger.json and the page at /swagger that tries it out.</summary>
internal static class OpenApiSetup
{
    public static IServiceCollection AddOpenApi(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Velodrome",
                Version = "v1",
                Description = "Trains neural networks lap by lap: post a table, name a target, watch two loss curves, predict with the best epoch.",
            });
            foreach (var assembly in new[] { Assembly.GetExecutingAssembly(), typeof(RefusedException).Assembly })
            {
                options.IncludeXmlComments(assembly);
            }

            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.UseAllOfToExtendReferenceSchemas(); // or a member of a type of its own has no description
            options.SchemaFilter<DefaultFilter>();
            options.ParameterFilter<ChoiceFilter>();
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
