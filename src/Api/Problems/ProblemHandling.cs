using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>Turns every error into a <see cref="Problem"/>: exceptions, and statuses that the framework sets without a body.</summary>
internal static class ProblemHandling
{
    public static IServiceCollection AddProblems(this IServiceCollection services) => services
        .AddExceptionHandler<ExceptionProblems>()
        .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(_ => { }); // ExceptionProblems handles them; without an argument this call requires AddProblemDetails
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

    /// <summary>The endpoint of the request. After an exception the framework keeps it in a feature.</summary>
    public static Endpoint? EndpointOf(HttpContext http) => http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;

    /// <summary>The type that the endpoint reads its JSON body as, or null if it does not read one.</summary>
    public static Type? BodyType(HttpContext http) => EndpointOf(http)?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;

    /// <summary>The fault behind a status that the framework set without a message.</summary>
    public static Fault OfStatus(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new Fault("unknownRoute", null,
            $"There is nothing at {http.Request.Path}. /swagger lists all operations."),
        StatusCodes.Status405MethodNotAllowed => new Fault("methodNotAllowed", null,
            $"{http.Request.Path} does not allow {http.Request.Method}. It allows {http.Response.Headers.Allow}."),
        StatusCodes.Status413PayloadTooLarge => new Fault("bodyTooLarge", null, "The body is larger than this operation allows."),
        StatusCodes.Status415UnsupportedMediaType => new Fault("unsupportedMediaType", null,
            $"This operation does not read {http.Request.ContentType ?? "a body without a Content-Type"}. /swagger shows what it reads."),
        var status => new Fault(status < 500 ? "badRequest" : "internalError", null,
            $"The service cannot answer this request (status {status})."),
    };
}
