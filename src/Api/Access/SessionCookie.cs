namespace Velodrome.Api.Access;

/// <summary>
/// The cookie with which the dashboard sends its key. A browser's EventSource and downloads cannot send headers. Scripts can't read
/// it, requests from pages of other sites do not carry it, and it ends with the browser's session.
/// </summary>
internal static class SessionCookie
{
    public static string? Read(HttpRequest request) => request.Cookies[NameFor(request)];

    public static void Set(HttpContext http, string key) =>
        http.Response.Cookies.Append(NameFor(http.Request), key, OptionsFor(http.Request));

    public static void Delete(HttpContext http) => http.Response.Cookies.Delete(NameFor(http.Request), OptionsFor(http.Request));

    /// <summary>Browsers send a cookie to every port of a host, so its name contains the port of this service.</summary>
    private static string NameFor(HttpRequest request) => $"velodrome-key-{request.Host.Port ?? (request.IsHttps ? 443 : 80)}";

    private static CookieOptions OptionsFor(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        Path = request.PathBase.HasValue ? request.PathBase.Value : "/",
        IsEssential = true,
    };
}
