using Velodrome.Api.Settings;
using Velodrome.Data.Maintenance;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Api.Commands;

/// <summary>Opens the database that the settings name, for a command. A service may use it at the same time.</summary>
internal static class CommandDatabase
{
    /// <exception cref="UnusableDatabaseException">There is no such database, or its file has no valid header.</exception>
    public static ContextFactory OpenDatabase(this VelodromeSettings settings)
    {
        if (settings.Database.Provider == DatabaseProvider.Postgres)
        {
            return ContextFactory.Postgres(settings.ConnectionStrings.Database!);
        }

        var file = settings.SqliteFile();
        SqliteFileCheck.CheckHeader(file);
        return ContextFactory.Sqlite(file);
    }

    /// <exception cref="UnusableDatabaseException">The data folder has no database.</exception>
    public static string SqliteFile(this VelodromeSettings settings)
    {
        var file = Path.Combine(DataFolder.FullPathOf(settings.DataFolder), DataFolder.DatabaseFileName);
        return File.Exists(file) ? file : throw new UnusableDatabaseException(
            $"There is no database {file}. Set --DataFolder to the data folder of the service.");
    }
}
