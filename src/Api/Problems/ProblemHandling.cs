using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Where every error becomes a <see cref="Problem"/>: exceptions, and statuses that the framework leaves without a body.</summary>
internal static class ProblemHandling
{
    public static IServiceCollection AddProblems(this IServiceCollection services) => services
        .AddExceptionHandler<ExceptionProblems>()
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(_ => { }); // the handler is ExceptionProblems; without an argument it asks for AddProblemDetails
        app.UseStatusCodePages(context => Problem.Of([OfStatus(context.HttpContext)]).Write(context.HttpContext));
        app.Use(async (http, next) =>
        {
            if (BodyType(http) is not null)
            {
                await BufferedBody.Buffer(http);
            }

            await next(http);
        });
    }

    /// <summary>The endpoint, also after an exception, when the framework has taken it away.</summary>
    public static Endpoint? EndpointOf(HttpContext http) => http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;

    /// <summary>What the endpoint reads its JSON body as, or null.</summary>
    public static Type? BodyType(HttpContext http) => EndpointOf(http)?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;

    /// <summary>What a status that comes without a sentence of its own means.</summary>
    public static Fault OfStatus(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new("unknownRoute", null,
            $"Nothing is found at {http.Request.Path}. Every operation and its address is listed at /swagger."),
        StatusCodes.Status405MethodNotAllowed => new("methodNotAllowed", null,
            $"{http.Request.Path} does not answer {http.Request.Method}, only {http.Response.Headers.Allow}."),
        StatusCodes.Status413PayloadTooLarge => new("bodyTooLarge", null, "The body is larger than this operation takes."),
        StatusCodes.Status415UnsupportedMediaType => new("unsupportedMediaType", null,
            $"This operation does not read {http.Request.ContentType ?? "a body without a Content-Type"}. What each operation reads is shown at /swagger."),
        var status => new(status < 500 ? "badRequest" : "internalError", null, $"The request can't be answered (status {status})."),
    };
}
