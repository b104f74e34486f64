using Microsoft.EntityFrameworkCore;
using Npgsql;
using Velodrome.Data.Postgres;
using Velodrome.Data.Sqlite;

namespace Velodrome.Data.Maintenance;

/// <summary>Opens a database for a command, which neither locks the data folder nor upgrades the tables.</summary>
public sealed class ContextFactory : IDbContextFactory<TrainingDbContext>
{
    private readonly Func<TrainingDbContext> _create;

    private ContextFactory(Func<TrainingDbContext> create, string place) => (_create, Place) = (create, place);

    /// <summary>The database as a person knows it: the path of its file, or "PostgreSQL".</summary>
    public string Place { get; }

    public static ContextFactory Sqlite(string file)
    {
        var options = new DbContextOptionsBuilder<TrainingDbContext>();
        options.UseSqliteFile(file);
        return new(() => new TrainingDbContext(options.Options), file);
    }

    public static ContextFactory Postgres(string connectionString)
    {
        var options = new DbContextOptionsBuilder<PostgresDbContext>();
        var unlimited = new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 }; // gigabytes take minutes
        options.UsePostgres(unlimited.ConnectionString);
        return new(() => new PostgresDbContext(options.Options), "PostgreSQL");
    }

    public TrainingDbContext CreateDbContext() => _create();
}
