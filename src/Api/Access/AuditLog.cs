using System.Net;
using Velodrome.Api.Problems;

namespace Velodrome.Api.Access;

/// <summary>
/// Logs every request that can change something, even if it is refused: its caller, the address, and the result. Neither bodies nor
/// query strings are logged. The events have a category of their own, so that a log sink can keep them apart.
/// </summary>
internal static partial class AuditLog
{
    public const string Category = "Velodrome.Audit";

    public static void UseAudit(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(Category);
        app.Use(async (http, next) =>
        {
            var path = http.Request.PathBase + http.Request.Path; // captured now, because a branch may change it
            try
            {
                await next(http);
            }
            finally
            {
                if (AccessRules.IsWrite(http, ProblemHandling.EndpointOf(http)))
                {
                    LogWrite(log, http.User.Identity?.Name ?? "anonymous", http.Connection.RemoteIpAddress, http.Request.Method,
                        path.ToUriComponent(), http.Response.StatusCode, CreatedId(http.Response));
                }
            }
        });
    }

    /// <summary>The last part of the address of what was created.</summary>
    private static string? CreatedId(HttpResponse response) => $"{response.Headers.Location}" is { Length: > 0 } location
        ? Uri.UnescapeDataString(location[(location.LastIndexOf('/') + 1)..])
        : null;

    [LoggerMessage(1, LogLevel.Information, "{Key} at {Address}: {Method} {Path} -> {Status} {Id}", EventName = "write")]
    private static partial void LogWrite(
        ILogger logger, string key, IPAddress? address, string method, string path, int status, string? id);
}
