using System.CommandLine;
using Velodrome.Data.Maintenance;

namespace Velodrome.Api.Commands;

/// <summary>Verifies everything that is stored, and prints a table of the results. The exit code is 1 if something is damaged.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check",
            "Verifies the database: pages, foreign keys, the checksums of datasets, models and checkpoints, and histories without gaps. " +
            "Changes nothing, and may run while the service runs. Exits with 1 if something is damaged.");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var database = parsed.Settings().OpenDatabase();
        var (output, verified) = (parsed.InvocationConfiguration.Output, DatabaseVerifier.Verify(database));
        output.WriteLine(database.Place);
        foreach (var line in verified)
        {
            output.WriteLine($"{line.Count,10} {line.What,-20} {(line.Faults.Count == 0 ? "ok" : $"{line.Faults.Count} damaged")}");
        }

        foreach (var fault in verified.SelectMany(line => line.Faults))
        {
            output.WriteLine(fault);
        }

        return verified.All(line => line.Faults.Count == 0) ? 0 : 1;
    }
}
