using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Data.Postgres;
using Velodrome.Data.Runs;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Data;

/// <summary>Registers the database: contexts for reading, the <see cref="DatabaseWriter"/>, and the <see cref="RunStore"/>.</summary>
public static class TrainingDatabase
{
    /// <summary>Uses a SQLite file in the data folder, which this process locks when the database is first needed.</summary>
    public static IServiceCollection AddSqliteDatabase(this IServiceCollection services, string dataFolder) => services
        .AddSingleton(_ => DataFolder.Lock(dataFolder))
        .AddSingleton<SqliteFileGuard>()
        .AddPooledDbContextFactory<TrainingDbContext>((provider, options) =>
            options.UseSqliteFile(provider.GetRequiredService<DataFolder>().DatabaseFile)
                .AddInterceptors(provider.GetRequiredService<SqliteFileGuard>()))
        .AddWriters();

    /// <summary>
    /// Uses an existing PostgreSQL database, which any number of processes may share. The data folder holds only temporary files and
    /// may be shared too.
    /// </summary>
    public static IServiceCollection AddPostgresDatabase(
        this IServiceCollection services, string connectionString, string dataFolder) => services
        .AddSingleton(_ => DataFolder.Open(dataFolder))
        .AddPooledDbContextFactory<PostgresDbContext>(options => options.UsePostgres(connectionString))
        .AddSingleton<IDbContextFactory<TrainingDbContext>, PostgresContexts>()
        // From the factory: a scope disposes what each registration returns, and a pooled context must not be disposed twice.
        .AddScoped(provider => provider.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext())
        .AddWriters();

    private static IServiceCollection AddWriters(this IServiceCollection services) => services
        .AddSingleton<DatabaseWriter>().AddSingleton<WorkerName>().AddSingleton<RunStore>();
}
