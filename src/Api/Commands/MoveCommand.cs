using System.CommandLine;
using Velodrome.Api.Settings;
using Velodrome.Data.Maintenance;
using Velodrome.Data.Sqlite;
using Velodrome.Data.Start;

namespace Velodrome.Api.Commands;

/// <summary>Copies everything from SQLite to PostgreSQL, or back, while the service is stopped.</summary>
internal static class MoveCommand
{
    private static readonly Option<DatabaseProvider> To = new("--to") { Description = "The database to move to.", Required = true };

    private static readonly Argument<string> Target = new("TARGET")
    {
        Description = "For Postgres the connection string of an empty database; for Sqlite a data folder without a database.",
    };

    public static Command Create()
    {
        var command = new Command("move",
            "Copies datasets, runs, histories, checkpoints, models and keys from the database that the settings name into TARGET, and " +
            "compares every row. Stop the service first. It can then be started with TARGET. The original does not change.")
        {
            To, Target,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var settings = parsed.Settings();
        var source = settings.OpenDatabase();
        using var sourceFolder = settings.Database.Provider == DatabaseProvider.Sqlite ? DataFolder.Lock(settings.DataFolder) : null;
        var (provider, place) = (parsed.GetValue(To), parsed.GetRequiredValue(Target));
        using var targetFolder = provider == DatabaseProvider.Sqlite ? DataFolder.Lock(place) : null;
        var moved = DatabaseMove.Run(source, OpenTarget(place, targetFolder));
        var output = parsed.InvocationConfiguration.Output;
        foreach (var table in moved)
        {
            output.WriteLine($"{table.Rows,10} {table.Name}");
        }

        output.WriteLine("Every row was read again and compared. Start the service with " + (targetFolder is null
            ? "--Database:Provider Postgres and this connection string."
            : $"--DataFolder {targetFolder.FullPath}."));
        return 0;
    }

    private static ContextFactory OpenTarget(string place, DataFolder? folder)
    {
        if (folder is null)
        {
            SettingsRegistration.RequireConnectionString(place);
            return ContextFactory.Postgres(place);
        }

        SqliteFileCheck.CreateOrCheck(folder.DatabaseFile);
        return ContextFactory.Sqlite(folder.DatabaseFile);
    }
}
