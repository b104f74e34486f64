using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Postgres;
using Velodrome.Data.Start;
using Velodrome.Postgres;

namespace Velodrome.Data.Tests.Postgres;

/// <summary>A database of its own on the tests' server.</summary>
internal sealed class PostgresTestDatabase(string connectionString) : IDbContextFactory<TrainingDbContext>
{
    private readonly DbContextOptions<PostgresDbContext> _options = Options(connectionString);

    public static PostgresTestDatabase New() => new(PostgresServer.Shared.NewDatabase());

    public TrainingDbContext CreateDbContext() => new PostgresDbContext(_options);

    public PostgresTestDatabase Upgraded()
    {
        using var database = CreateDbContext();
        database.Upgrade();
        return this;
    }

    private static DbContextOptions<PostgresDbContext> Options(string connectionString)
    {
        var options = new DbContextOptionsBuilder<PostgresDbContext>();
        options.UsePostgres(connectionString);
        return options.Options;
    }
}
