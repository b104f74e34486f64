using Microsoft.AspNetCore.HostFiltering;
using Velodrome.Api.Access;
using Velodrome.Api.Http;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Security;

/// <summary>The checks and headers that apply to every address of the service, in the order in which a request passes them.</summary>
internal static class SecuritySetup
{
    public static IServiceCollection AddSecurity(this IServiceCollection services, VelodromeSettings settings) => services
        .AddTrustedProxies(settings)
        .AddCrossOriginCalls(settings)
        .PostConfigure<HostFilteringOptions>(options =>
        {
            // ASP.NET Core's own filter reads the same setting, refuses loopback names that it does not list, and answers with HTML.
            options.AllowedHosts = ["*"];
            options.AllowEmptyHosts = true;
        });

    public static void UseSecurity(this WebApplication app, VelodromeSettings settings)
    {
        app.UseForwardedHeaders();
        app.UseSubPath(settings.PathBase);
        app.UseSecurityHeaders();
        app.UseAudit(); // before the guard, so that refused writes are logged too
        app.UseRequestGuard(settings);
    }
}
