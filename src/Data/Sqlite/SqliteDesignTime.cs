using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Velodrome.Data.Sqlite;

/// <summary>For <c>dotnet ef migrations add Name --context TrainingDbContext</c>; opens no database.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<TrainingDbContext>
{
    public TrainingDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<TrainingDbContext>().UseSqlite("Data Source=design-time.db").Options);
}
