using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Sqlite;

/// <summary>Opens the SQLite file with the settings that the whole service uses.</summary>
public static class SqliteDatabase
{
    public static DbContextOptionsBuilder UseSqliteFile(this DbContextOptionsBuilder options, string file) =>
        options.UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true }.ConnectionString)
            .AddInterceptors(SqlitePragmas.Instance);
}
