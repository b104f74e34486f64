using Microsoft.AspNetCore.Http.Features;

namespace Velodrome.Api.Http;

/// <summary>
/// Answers HEAD wherever GET is answered, with the same status and headers and without a body (RFC 9110, 9.3.2): the request is handled
/// as GET, and what is written is discarded.
/// </summary>
internal static class HeadRequests
{
    public static void UseHeadRequests(this WebApplication app) => app.Use((http, next) =>
    {
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            return next(http);
        }

        http.Features.Set(new HeadRequest());
        http.Request.Method = HttpMethods.Get;
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        return next(http);
    });

    /// <summary>Whether the caller asked for the headers alone. An operation that streams without end then returns at once.</summary>
    public static bool IsHead(this HttpContext http) => http.Features.Get<HeadRequest>() is not null;

    /// <summary>The method that the caller sent.</summary>
    public static string RequestedMethod(this HttpContext http) => http.IsHead() ? HttpMethods.Head : http.Request.Method;

    /// <summary>The methods of a 405: routing does not know that HEAD is allowed with GET.</summary>
    public static void AddHeadToAllow(this HttpResponse response)
    {
        var allowed = $"{response.Headers.Allow}";
        if (allowed.Contains(HttpMethods.Get, StringComparison.Ordinal) && !allowed.Contains(HttpMethods.Head, StringComparison.Ordinal))
        {
            response.Headers.Allow = $"{allowed}, {HttpMethods.Head}";
        }
    }

    private sealed record HeadRequest;
}
