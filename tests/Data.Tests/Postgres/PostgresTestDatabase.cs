using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Velodrome.Data.Postgres;
using Velodrome.Data.Start;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests.Postgres;

/// <summary>A new database on the PostgreSQL server of the tests.</summary>
internal sealed class PostgresTestDatabase(string connectionString, params IInterceptor[] interceptors)
    : IDbContextFactory<TrainingDbContext>
{
    private readonly DbContextOptions<PostgresDbContext> _options = Options(connectionString, interceptors);

    public static PostgresTestDatabase New(params IInterceptor[] interceptors) => new(PostgresServer.Shared.NewDatabase(), interceptors);

    public TrainingDbContext CreateDbContext() => new PostgresDbContext(_options);

    public PostgresTestDatabase Upgraded()
    {
        using var database = CreateDbContext();
        database.Upgrade();
        return this;
    }

    private static DbContextOptions<PostgresDbContext> Options(string connectionString, IInterceptor[] interceptors)
    {
        var options = new DbContextOptionsBuilder<PostgresDbContext>();
        options.UsePostgres(connectionString).AddInterceptors(interceptors);
        return options.Options;
    }
}
