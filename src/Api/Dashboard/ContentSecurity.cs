namespace Velodrome.Api.Dashboard;

/// <summary>
/// What a page may load and run (Content Security Policy 3). Names and cells that users wrote are shown as text and never become
/// markup; should one do so all the same, no script in it runs.
/// </summary>
internal static class ContentSecurity
{
    private const string Strict =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>These pages come from packages, with styles and scripts inside them.</summary>
    private const string Packaged =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>An SVG holds its own styles and needs nothing else.</summary>
    private const string Picture = "default-src 'none'; style-src 'unsafe-inline'";

    public static void UseContentSecurity(this WebApplication app) => app.Use((http, next) =>
    {
        var path = http.Request.Path; // a branch may change it until the answer starts
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = PolicyOf(path, http.Response.ContentType);
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            return Task.CompletedTask;
        });
        return next(http);
    });

    private static string PolicyOf(PathString path, string? contentType) =>
        path.StartsWithSegments("/swagger") || path.StartsWithSegments("/hangfire") ? Packaged
        : contentType?.StartsWith("image/svg+xml", StringComparison.Ordinal) == true ? Picture
        : Strict;
}
