using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Data.Postgres;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Data;

/// <summary>The database as services: contexts to read with, one <see cref="DatabaseWriter"/> to write with.</summary>
public static class TrainingDatabase
{
    /// <param name="services">Where to.</param>
    /// <param name="dataFolder">Holds the database file; whoever needs it first takes the folder, for this process alone.</param>
    public static IServiceCollection AddSqliteDatabase(this IServiceCollection services, string dataFolder) => services
        .AddSingleton(_ => DataFolder.Lock(dataFolder))
        .AddPooledDbContextFactory<TrainingDbContext>((provider, options) => options.UseSqliteFile(provider.GetRequiredService<DataFolder>().DatabaseFile))
        .AddSingleton<DatabaseWriter>();

    /// <param name="services">Where to.</param>
    /// <param name="connectionString">Of a database that exists; any number of processes may share it.</param>
    /// <param name="dataFolder">For temporary files alone; processes may share it too.</param>
    public static IServiceCollection AddPostgresDatabase(this IServiceCollection services, string connectionString, string dataFolder) => services
        .AddSingleton(_ => DataFolder.Open(dataFolder))
        .AddPooledDbContextFactory<PostgresDbContext>(options => options.UsePostgres(connectionString))
        .AddSingleton<IDbContextFactory<TrainingDbContext>, PostgresContexts>()
        .AddScoped<TrainingDbContext>(provider => provider.GetRequiredService<PostgresDbContext>())
        .AddSingleton<DatabaseWriter>();
}
