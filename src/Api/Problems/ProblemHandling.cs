using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Template;
using Velodrome.Api.Http;
using Velodrome.Api.Memory;
using Velodrome.Api.Settings;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Turns every error into a <see cref="Problem"/>: exceptions, and statuses that the framework sets without a body.</summary>
internal static class ProblemHandling
{
    public static IServiceCollection AddProblems(this IServiceCollection services) => services
        .AddSingleton<ExceptionProblems>()
        .AddSingleton<IExceptionHandler>(provider => provider.GetRequiredService<ExceptionProblems>())
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(_ => { }); // ExceptionProblems handles them; without an argument this call requires AddProblemDetails
        app.UseStatusCodePages(context =>
        {
            context.HttpContext.Response.AddHeadToAllow();
            return Problem.Of([OfStatus(context.HttpContext)]).Write(context.HttpContext);
        });
    }

    /// <summary>Keeps JSON bodies in memory for <see cref="JsonFaults"/>. Call it after routing, which finds the operation, and after
    /// the key is checked, so that strangers fill no memory.</summary>
    public static void UseBufferedBodies(this WebApplication app, VelodromeSettings settings)
    {
        var (maxBytes, memory) = ((long)settings.MaxBodyMegabytes << 20, app.Services.GetRequiredService<MemoryBudget>());
        app.Use(async (http, next) =>
        {
            if (BodyType(http) is not null)
            {
                await BufferedBody.Buffer(http, maxBytes, memory);
            }

            await next(http);
        });
    }

    /// <summary>The endpoint of the request. After an exception the framework keeps it in a feature.</summary>
    public static Endpoint? EndpointOf(HttpContext http) => http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;

    /// <summary>Returns the type that the endpoint reads its JSON body as, or null if it does not read one.</summary>
    public static Type? BodyType(HttpContext http) => EndpointOf(http)?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;

    /// <summary>Describes the fault behind a status that the framework set without a message.</summary>
    public static Fault OfStatus(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new Fault("unknownRoute", null,
            $"There is nothing at {http.Request.Path}. /swagger lists all operations."),
        StatusCodes.Status405MethodNotAllowed => new Fault("methodNotAllowed", null,
            $"{http.Request.Path} does not allow {http.RequestedMethod()}. It allows {http.Response.Headers.Allow}."),
        StatusCodes.Status408RequestTimeout => new Fault("requestTimeout", null, "The body arrived too slowly. Send it again."),
        StatusCodes.Status413PayloadTooLarge => new Fault("bodyTooLarge", null, "The body is larger than this operation allows."),
        StatusCodes.Status415UnsupportedMediaType => new Fault("unsupportedMediaType", null,
            $"This operation does not read {http.Request.ContentType ?? "a body without a Content-Type"}. Send the body as " +
            $"{string.Join(", ", ContentTypesAt(http))}."),
        StatusCodes.Status416RangeNotSatisfiable => new Fault("rangeNotSatisfiable", "Range",
            $"The file has no bytes {http.Request.Headers.Range}. Leave the Range header out to get the whole file."),
        var status => new Fault(status < 500 ? "badRequest" : "internalError", null,
            $"The service cannot answer this request (status {status})."),
    };

    /// <summary>The content types that the operations at this address read. Routing has found that none of them is the request's.</summary>
    private static IEnumerable<string> ContentTypesAt(HttpContext http) =>
        http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(http.Request.Method) == true
                && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), [])
                    .TryMatch(http.Request.Path, []))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes ?? [])
            .Distinct();
}
