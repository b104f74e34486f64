namespace Velodrome.Api.Dashboard;

/// <summary>The pages under wwwroot at /, and the chart library from its package.</summary>
internal static class DashboardSetup
{
    public static IApplicationBuilder UseDashboard(this IApplicationBuilder app) => app
        .UseDefaultFiles()
        .UseStaticFiles(new StaticFileOptions
        {
            // A page of an older version must not run with scripts of a newer one: the browser asks each time, and mostly hears 304.
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
        });
}
