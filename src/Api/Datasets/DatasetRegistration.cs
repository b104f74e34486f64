using Velodrome.Api.Datasets.Columns;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Api.Datasets.Imports;
using Velodrome.Api.Datasets.Versions;
using Velodrome.Api.Memory;
using Velodrome.Api.Settings;
using Velodrome.Data.Datasets;
using Velodrome.Data.Datasets.Imports;

namespace Velodrome.Api.Datasets;

internal static class DatasetRegistration
{
    public static IServiceCollection AddDatasets(this IServiceCollection services)
    {
        services.ConfigureSwaggerGen(options => options.OperationFilter<DatasetBodyFilter>());
        return services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<Spool>()
            .AddSingleton<ReadingOptionsReader>()
            .AddSingleton<DatasetUpload>()
            .AddFormats()
            .AddSingleton<DatasetStore>()
            .AddSingleton<ColumnStore>()
            .AddSingleton<StoredColumns>()
            .AddSingleton<ConversionQueue>()
            .AddHostedService<ColumnConversion>()
            .AddSingleton<DatasetImporter>()
            .AddSingleton<DatasetReader>()
            .AddSingleton<DatasetAppender>()
            .AddHostedService<VersionRetention>()
            .AddSingleton<ImportStore>()
            .AddSingleton<FileImports>()
            .AddSingleton<BackgroundImports>()
            .AddHostedService(provider => provider.GetRequiredService<BackgroundImports>())
            .AddSingleton(CreateTableCache)
            .AddSingleton<BundledDatasets>();
    }

    /// <summary>A read keeps a processor busy, so no more run at a time than there are processors.</summary>
    private static TableCache CreateTableCache(IServiceProvider provider)
    {
        var (reader, memory) = (provider.GetRequiredService<DatasetReader>(), provider.GetRequiredService<MemoryBudget>());
        var cache = new TableCache(reader.Measure, reader.Read, memory, readsAtATime: Environment.ProcessorCount);
        memory.Add(cache);
        return cache;
    }

    /// <summary>Deletes the unfinished uploads of killed processes, fails their imports, and imports the bundled datasets.</summary>
    public static async Task PrepareDatasets(this WebApplication app, VelodromeSettings settings)
    {
        app.Services.GetRequiredService<Spool>().DeleteLeftovers();
        var isOnlyProcess = settings.Database.Provider == DatabaseProvider.Sqlite; // it holds the lock of the data folder
        await app.Services.GetRequiredService<DatasetStore>().DeleteAbandoned(evenIfLeased: isOnlyProcess);
        await app.Services.GetRequiredService<ImportStore>().FailInterrupted(evenIfReporting: isOnlyProcess);
        await app.Services.GetRequiredService<BundledDatasets>().Import();
    }
}
