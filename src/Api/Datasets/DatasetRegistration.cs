using Velodrome.Api.Settings;
using Velodrome.Data.Datasets;

namespace Velodrome.Api.Datasets;

internal static class DatasetRegistration
{
    public static IServiceCollection AddDatasets(this IServiceCollection services)
    {
        services.ConfigureSwaggerGen(options => options.OperationFilter<DatasetBodyFilter>());
        return services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<Spool>()
            .AddSingleton<DatasetUpload>()
            .AddSingleton<DatasetStore>()
            .AddSingleton<DatasetImporter>()
            .AddSingleton<DatasetReader>()
            .AddSingleton(provider => new TableCache(provider.GetRequiredService<DatasetReader>().Read))
            .AddSingleton<BundledDatasets>();
    }

    /// <summary>Deletes what uploads of killed processes left, and imports the bundled datasets.</summary>
    public static async Task PrepareDatasets(this WebApplication app, VelodromeSettings settings)
    {
        app.Services.GetRequiredService<Spool>().DeleteLeftovers();
        var isOnlyProcess = settings.Database.Provider == DatabaseProvider.Sqlite; // it holds the lock of the data folder
        await app.Services.GetRequiredService<DatasetStore>().DeleteAbandoned(evenIfLeased: isOnlyProcess);
        await app.Services.GetRequiredService<BundledDatasets>().Import();
    }
}
