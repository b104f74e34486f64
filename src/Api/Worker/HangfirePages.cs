using Hangfire;
using Velodrome.Api.Access;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Worker;

/// <summary>Hangfire's dashboard at /hangfire. It is read-only, because runs are changed through the API.</summary>
internal static class HangfirePages
{
    public static void MapHangfirePages(this WebApplication app, VelodromeSettings settings) =>
        app.MapHangfireDashboard("/hangfire", new DashboardOptions
        {
            DashboardTitle = "Velodrome's queue",
            AppPath = settings.Role == Role.Worker ? null : $"{settings.PathBase}/",
            Authorization = settings.Dashboard.Open ? [] : [new AdminsAndLocalCallers()],
            IsReadOnlyFunc = _ => true,
        }).AllowAnonymous().ChangesNothing().Refuses("dashboardClosed").Refuses(RefusalCodes.Access);
}
