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
            .AddSingleton<DatasetImport>()
            .AddSingleton<DatasetReader>()
            .AddSingleton(provider => new TableCache(id => provider.GetRequiredService<DatasetReader>().Read(id)))
            .AddSingleton<BundledDatasets>();
    }
}
