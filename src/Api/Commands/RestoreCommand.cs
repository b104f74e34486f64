using System.CommandLine;
using Velodrome.Data.Maintenance;
using Velodrome.Data.Start;

namespace Velodrome.Api.Commands;

/// <summary>Replaces the SQLite database with a backup, while the service is stopped.</summary>
internal static class RestoreCommand
{
    private static readonly Argument<string> FileArgument = new("FILE") { Description = "A file that the command backup wrote." };

    private static readonly Option<bool> Force = new("--force")
    {
        Description = "Replace an existing database. It is kept beside the new one, under another name.",
    };

    public static Command Create()
    {
        var command = new Command("restore",
            "Verifies the backup FILE and replaces the SQLite database with it. Stop the service first. Runs that were training " +
            "when the backup was made resume at the next start.") { FileArgument, Force };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var settings = parsed.Settings();
        settings.RequireSqlite("pg_restore --clean --if-exists --dbname=DATABASE FILE");
        var backup = Path.GetFullPath(parsed.GetRequiredValue(FileArgument));
        using var folder = DataFolder.Lock(settings.DataFolder);
        var kept = SqliteRestore.Restore(folder, backup, parsed.GetValue(Force), DateTimeOffset.UtcNow);
        parsed.InvocationConfiguration.Output.WriteLine(
            $"{folder.DatabaseFile} is restored from {backup}.{(kept is null ? "" : $" The replaced database is kept as {kept}.")}");
        return 0;
    }
}
