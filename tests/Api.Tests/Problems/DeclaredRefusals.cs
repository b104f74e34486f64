using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;

namespace Velodrome.Api.Tests.Problems;

/// <summary>Fails every request that is refused with a code which its operation does not declare.</summary>
internal sealed class DeclaredRefusals : IStartupFilter
{
    /// <summary>Routing refuses a content type before it has chosen an operation, and an unknown address needs a key too.</summary>
    private static readonly string[] WithoutOperation = ["unsupportedMediaType", .. RefusalCodes.Access.Select(code => code.Name)];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (http, inner) =>
        {
            await inner(http);
            if (http.Features.Get<Problem>() is { } problem)
            {
                Check(http, problem);
            }
        });
        next(app);
    };

    private static void Check(HttpContext http, Problem problem)
    {
        var endpoint = http.GetEndpoint() ?? http.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        string[] declared =
        [
            .. RefusalCodes.AnyRequest.Select(code => code.Name),
            .. endpoint is RouteEndpoint ? DeclaredBy(endpoint) : WithoutOperation,
        ];
        if (problem.Errors.Select(error => error.Code).Except(declared).ToArray() is { Length: > 0 } undeclared)
        {
            throw new InvalidOperationException(
                $"{http.Request.Method} {http.Request.Path} was refused with {string.Join(", ", undeclared)}, " +
                $"which {endpoint?.DisplayName ?? "no operation"} does not declare: add it to the endpoint's Refuses(...).");
        }
    }

    public static IEnumerable<string> DeclaredBy(Endpoint endpoint) =>
        endpoint.Metadata.OfType<Refusals>().SelectMany(refusals => refusals.Codes).Select(code => code.Name);
}
