using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Sqlite;

/// <summary>How SQLite is opened, everywhere.</summary>
public static class SqliteDatabase
{
    public static DbContextOptionsBuilder UseSqliteFile(this DbContextOptionsBuilder options, string file) =>
        options.UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true }.ConnectionString)
            .AddInterceptors(SqlitePragmas.Instance);
}
