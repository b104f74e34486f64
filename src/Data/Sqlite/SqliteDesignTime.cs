using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Velodrome.Data.Sqlite;

/// <summary>Used by <c>dotnet ef migrations add Name --context TrainingDbContext</c>, which opens no database.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<TrainingDbContext>
{
    public TrainingDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<TrainingDbContext>().UseSqlite("Data Source=design-time.db").Options);
}
