using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Velodrome.Api.Access;
using Velodrome.Api.Problems;
using Velodrome.Api.Settings;
using Velodrome.Training;

namespace Velodrome.Api.Quotas;

/// <summary>Limits how many requests a second each caller sends.</summary>
internal static class RateLimits
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddQuotas(this IServiceCollection services, VelodromeSettings settings) => services
        .AddSingleton<QuotaChecks>()
        .AddSingleton<UploadLimit>()
        .AddRateLimiter(options =>
        {
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => PartitionOf(http, settings.Quotas));
            options.OnRejected = (context, _) => new(Refuse(context, settings.Quotas));
        });

    private static RateLimitPartition<string> PartitionOf(HttpContext http, QuotaSettings quotas) =>
        quotas.RequestsPerSecond == 0 || http.IsLocalWithoutKey() || http.Request.Path.StartsWithSegments("/health")
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetFixedWindowLimiter(http.CallerId(), _ => new()
            {
                PermitLimit = quotas.RequestsPerSecond,
                Window = Window,
            });

    private static Task Refuse(OnRejectedContext context, QuotaSettings quotas)
    {
        var http = context.HttpContext;
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : Window;
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var message = $"This caller has sent more than {quotas.RequestsPerSecond} requests within a second (Quotas:RequestsPerSecond). " +
            "Wait a second, and send fewer.";
        return Problem.Of([new Fault("tooManyRequests", null, message)]).Write(http);
    }
}
