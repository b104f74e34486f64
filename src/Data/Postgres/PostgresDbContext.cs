using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Postgres;

/// <summary>The same tables on PostgreSQL. EF Core selects migrations by the context's type, so PostgreSQL needs its own type.</summary>
public sealed class PostgresDbContext(DbContextOptions<PostgresDbContext> options) : TrainingDbContext(options);

internal sealed class PostgresContexts(IDbContextFactory<PostgresDbContext> contexts) : IDbContextFactory<TrainingDbContext>
{
    public TrainingDbContext CreateDbContext() => contexts.CreateDbContext();
}
