using System.CommandLine;
using Microsoft.Data.Sqlite;
using Velodrome.Api.Settings;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Api.Commands;

/// <summary>Copies the SQLite database into a file, even while the service runs.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> FileArgument = new("FILE") { Description = "The file to write. It must not exist." };

    public static Command Create()
    {
        var command = new Command("backup", "Copies the SQLite database into FILE, even while the service runs.") { FileArgument };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var settings = parsed.Settings();
        settings.RequireSqlite("pg_dump --format=custom --file=FILE DATABASE");
        var file = Path.GetFullPath(parsed.GetRequiredValue(FileArgument));
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = settings.SqliteFile(),
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 0,
        };
        using var connection = new SqliteConnection(source.ConnectionString);
        try
        {
            connection.Open();
            SqliteBackup.Write(connection, file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new UnusableDatabaseException($"No backup was written: {failure.Message}", failure);
        }

        parsed.InvocationConfiguration.Output.WriteLine($"{file} contains the database, {new FileInfo(file).Length >> 10} KiB.");
        return 0;
    }

    /// <exception cref="UnusableDatabaseException">The settings name PostgreSQL, which has tools of its own.</exception>
    internal static void RequireSqlite(this VelodromeSettings settings, string command)
    {
        if (settings.Database.Provider != DatabaseProvider.Sqlite)
        {
            throw new UnusableDatabaseException($"This command is for SQLite. For PostgreSQL use {command}.");
        }
    }
}
