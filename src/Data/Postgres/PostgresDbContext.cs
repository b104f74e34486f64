using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Postgres;

/// <summary>The same tables on PostgreSQL. A type of its own because EF Core tells two sets of migrations apart by their context.</summary>
public sealed class PostgresDbContext(DbContextOptions<PostgresDbContext> options) : TrainingDbContext(options);

internal sealed class PostgresContexts(IDbContextFactory<PostgresDbContext> contexts) : IDbContextFactory<TrainingDbContext>
{
    public TrainingDbContext CreateDbContext() => contexts.CreateDbContext();
}
