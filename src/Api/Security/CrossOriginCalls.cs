using Velodrome.Api.Settings;

namespace Velodrome.Api.Security;

/// <summary>
/// Lets pages of the origins in <c>Cors:Origins</c> call the service and read its answers (CORS). They call it without cookies, so they
/// have no more rights than a program that calls it.
/// </summary>
internal static class CrossOriginCalls
{
    /// <summary>Headers of answers that a page of another origin may read in addition to those that CORS always allows.</summary>
    private static readonly string[] Exposed = ["Location", "Retry-After", "Content-Disposition", "WWW-Authenticate"];

    public static IServiceCollection AddCrossOriginCalls(this IServiceCollection services, VelodromeSettings settings) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(SettingList.Split(settings.Cors.Origins))
            .AllowAnyMethod().AllowAnyHeader().WithExposedHeaders(Exposed)
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
}
