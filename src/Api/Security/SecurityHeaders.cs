namespace Velodrome.Api.Security;

/// <summary>
/// Limits what a page may load and run (Content Security Policy Level 3), and which pages may show an answer. Pages show user input such
/// as names and cells as text. If a mistake ever turned it into markup, the policy would keep scripts in it from running.
/// </summary>
internal static class SecurityHeaders
{
    private const string Strict =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Swagger UI and Hangfire's dashboard contain inline styles and scripts.</summary>
    private const string Packaged =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "base-uri 'none'; frame-ancestors 'none'";

    /// <summary>An SVG contains its own styles and loads nothing.</summary>
    private const string Picture = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        var path = http.Request.Path; // captured now, because a branch may change it before the response starts
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = PolicyOf(path, http.Response.ContentType);
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin"; // other sites can't embed it, not even as a picture or a script
            return Task.CompletedTask;
        });
        return next(http);
    });

    private static string PolicyOf(PathString path, string? contentType) =>
        path.StartsWithSegments("/swagger") || path.StartsWithSegments("/hangfire") ? Packaged
        : contentType?.StartsWith("image/svg+xml", StringComparison.Ordinal) == true ? Picture
        : Strict;
}
