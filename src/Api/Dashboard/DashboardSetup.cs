namespace Velodrome.Api.Dashboard;

/// <summary>Serves the pages under wwwroot at /, and the chart library from its package.</summary>
internal static class DashboardSetup
{
    public static IApplicationBuilder UseDashboard(this IApplicationBuilder app) => app
        .UseDefaultFiles()
        .UseStaticFiles(new StaticFileOptions
        {
            // The browser revalidates each file, so that after an update no old page runs with new scripts. Most responses are 304.
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
        });
}
