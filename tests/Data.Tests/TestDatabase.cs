using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Velodrome.Data.Datasets;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Data.Tests;

/// <summary>A SQLite file in a separate folder, which is deleted after the test.</summary>
public sealed class TestDatabase : IDbContextFactory<TrainingDbContext>, IDisposable
{
    private readonly DbContextOptions<TrainingDbContext> _options;

    public TestDatabase(params IInterceptor[] interceptors)
    {
        var options = new DbContextOptionsBuilder<TrainingDbContext>();
        options.UseSqliteFile(Path.Combine(Folder, "test.db")).AddInterceptors(interceptors);
        _options = options.Options;
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("velodrome-").FullName;

    public TrainingDbContext CreateDbContext() => new(_options);

    public TestDatabase Upgraded()
    {
        using var database = CreateDbContext();
        database.Upgrade();
        return this;
    }

    public IReadOnlyList<string> Names()
    {
        using var database = CreateDbContext();
        return database.Datasets.Select(dataset => dataset.Name).OrderBy(name => name).ToList();
    }

    public static Dataset Dataset(string name) =>
        new() { Name = name, Sha256 = "", Bytes = 0, Rows = 0, Columns = [], Warnings = [], CreatedAt = 0 };

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
