using System.Text.Encodings.Web;
using Velodrome.Api.Http;
using Velodrome.Api.Problems;
using Velodrome.Api.Settings;
using Velodrome.Training;

namespace Velodrome.Api.Security;

/// <summary>
/// Refuses requests that a page of another site makes a browser send: requests under a foreign host name (DNS rebinding), and changes that
/// a foreign page asks for (cross-site request forgery). It runs before all other handlers and guards every address of the service.
/// </summary>
internal static class RequestGuard
{
    private static readonly HashSet<string> SafeMethods = new(StringComparer.OrdinalIgnoreCase)
    {
        HttpMethods.Get, HttpMethods.Head, HttpMethods.Options, HttpMethods.Trace,
    };

    public static void UseRequestGuard(this WebApplication app, VelodromeSettings settings)
    {
        var names = new HostNames(settings.AllowedHosts);
        var origins = new Origins(settings.Cors.Origins);
        app.Use((http, next) => Check(http, names, origins) is { } fault ? Refuse(http, fault) : next(http));
    }

    private static Fault? Check(HttpContext http, HostNames names, Origins origins)
    {
        var host = http.Request.Host;
        if (!names.Accepts(host.Host, http.Connection.LocalIpAddress))
        {
            return new("hostNotAllowed", "Host",
                $"This service does not answer under the name \"{host.Host}\". Call it by an address or a name of its own machine, or " +
                $"add the name to the setting AllowedHosts, for example --AllowedHosts \"{Suggestion(host.Host)}\".");
        }

        return SafeMethods.Contains(http.Request.Method) || origins.Objection(http.Request) is not { } objection
            ? null
            : new("crossSiteRequest", "Origin",
                $"A page of another site may not send {http.Request.Method} requests, and this one is from another site: {objection}. " +
                "Add the page's origin to the setting Cors:Origins. If a proxy of yours changes scheme or host, name it in Proxies.");
    }

    private static string Suggestion(string host) => HostNames.IsPattern(host) ? host : "velodrome.example.org";

    /// <summary>Answers with a page if a person sees the answer, as after a click on a link.</summary>
    private static Task Refuse(HttpContext http, Fault fault)
    {
        var problem = Problem.Of([fault]);
        if (!http.Request.Prefers("text/html"))
        {
            return problem.Write(http);
        }

        http.Features.Set(problem);
        http.Response.StatusCode = problem.Status;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync($"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Velodrome: {problem.Title}</title>
            <h1>{problem.Title}</h1>
            <p>{HtmlEncoder.Default.Encode(problem.Detail)}</p>
            <p><code>{problem.Code}</code></p>
            </html>
            """, http.RequestAborted);
    }
}
