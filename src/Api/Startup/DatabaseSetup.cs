using Velodrome.Api.Settings;
using Velodrome.Data;

namespace Velodrome.Api.Startup;

/// <summary>Registers the database that the settings name.</summary>
internal static class DatabaseSetup
{
    public static IServiceCollection AddDatabase(this IServiceCollection services, VelodromeSettings settings) =>
        settings.Database.Provider == DatabaseProvider.Postgres
            ? services.AddPostgresDatabase(settings.ConnectionStrings.Database!, settings.DataFolder)
            : services.AddSqliteDatabase(settings.DataFolder);
}
