using Microsoft.Net.Http.Headers;

namespace Velodrome.Api.Http;

/// <summary>
/// Lets the service live below a path of a proxy, such as <c>https://example.org/velodrome/</c>. The prefix comes from the setting
/// <c>PathBase</c> or from a trusted proxy's <c>X-Forwarded-Prefix</c>. It makes no difference whether the proxy removes it from the path.
/// </summary>
internal static class SubPath
{
    public static void UseSubPath(this WebApplication app, string pathBase) => app.Use((http, next) =>
    {
        var request = http.Request;
        if (!request.PathBase.HasValue && pathBase.Length > 0)
        {
            request.PathBase = pathBase;
        }

        var prefix = request.PathBase; // captured now, because a branch may change it before the response starts
        if (prefix.HasValue && request.Path.StartsWithSegments(prefix, out var rest))
        {
            request.Path = rest;
        }

        http.Response.OnStarting(() =>
        {
            AdaptToProxy(http.Response, prefix);
            return Task.CompletedTask;
        });
        return next(http);
    });

    private static void AdaptToProxy(HttpResponse response, PathString prefix)
    {
        var location = response.Headers.Location.ToString();
        if (prefix.HasValue && location.StartsWith('/') && !new PathString(location).StartsWithSegments(prefix))
        {
            response.Headers.Location = prefix + location;
        }

        if (response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) == true)
        {
            response.Headers["X-Accel-Buffering"] = "no"; // nginx would collect events before it passes them on
            response.Headers[HeaderNames.CacheControl] = "no-cache";
        }
    }
}
