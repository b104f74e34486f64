using Microsoft.Extensions.DependencyInjection;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Data;

/// <summary>The database as services: contexts to read with, one <see cref="DatabaseWriter"/> to write with.</summary>
public static class TrainingDatabase
{
    /// <param name="services">Where to.</param>
    /// <param name="dataFolder">Finds the folder of the database file; whoever needs the database first takes the folder.</param>
    public static IServiceCollection AddTrainingDatabase(this IServiceCollection services, Func<IServiceProvider, string> dataFolder) => services
        .AddSingleton(provider => DataFolder.Take(dataFolder(provider)))
        .AddDbContextFactory<TrainingDbContext>((provider, options) => options.UseSqliteFile(provider.GetRequiredService<DataFolder>().DatabaseFile))
        .AddSingleton<DatabaseWriter>();
}
