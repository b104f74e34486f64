using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Velodrome.Data.Access;

namespace Velodrome.Api.Access;

/// <summary>
/// Requires keys: <see cref="ApiKeyHandler"/> authenticates the caller, and the framework compares the caller's roles with those that
/// <see cref="AccessRules"/> gave the endpoint.
/// </summary>
internal static class AccessSetup
{
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyStore>().AddSingleton<ActiveKeys>();
        services.ConfigureSwaggerGen(options => options.AddApiKeys());

        // AddAuthentication would also add data protection, which nothing here needs, and which writes keys into the home folder.
        services.AddAuthenticationCore(options => options.DefaultScheme = ApiKeyHandler.Scheme).AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Scheme, null);
        services.AddAuthorizationBuilder().SetFallbackPolicy( // for addresses without an operation, which then answer 404 or 405
            new AuthorizationPolicyBuilder().RequireRole(Caller.NameOf(KeyRole.Read)).Build());
        return services;
    }

    /// <summary>
    /// Middleware after this needs a key, unless its endpoint allows anonymous callers. The files of the dashboard and of Swagger UI come
    /// before: they contain no data, and a caller without a key needs them to sign in.
    /// </summary>
    public static void UseAccess(this WebApplication app) => app.UseAuthentication().UseAuthorization();
}
