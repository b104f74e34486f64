using System.CommandLine;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Service;

namespace Velodrome.Crash;

/// <summary>The commands, each a scenario; without one, processes are killed.</summary>
internal static class CommandLine
{
    private static readonly Option<Provider> ProviderOption = new("--provider") { Description = "What holds the service's data.", DefaultValueFactory = _ => Provider.Sqlite, Recursive = true };
    private static readonly Option<int> Kills = new("--kills") { Description = "Kills at random moments; each failpoint comes once besides.", DefaultValueFactory = _ => 100 };
    private static readonly Option<int> Workers = new("--workers") { Description = "Processes that train, on PostgreSQL.", DefaultValueFactory = _ => 3, Recursive = true };
    private static readonly Option<int> Seed = new("--seed") { Description = "Of the moments, and of what is posted.", DefaultValueFactory = _ => 1, Recursive = true };
    private static readonly Option<EngineChoice> Engine = new("--engine") { Description = "Which engine trains.", DefaultValueFactory = _ => EngineChoice.Both, Recursive = true };
    private static readonly Option<string?> Service = new("--service") { Description = "Velodrome.Api.dll of another build of the service.", Recursive = true };

    private static readonly Option<int> Tries = new("--tries") { Description = "How often.", DefaultValueFactory = _ => 20 };
    private static readonly Option<int> Times = new("--times") { Description = "How often.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Runs = new("--runs") { Description = "Runs in all.", DefaultValueFactory = _ => 1000 };
    private static readonly Option<int> Clients = new("--clients") { Description = "Callers at once.", DefaultValueFactory = _ => 8 };

    public static RootCommand Root()
    {
        var root = new RootCommand("Crashes the service, and looks from outside whether anything was lost, duplicated or changed.")
        {
            ProviderOption, Kills, Workers, Seed, Engine, Service,
            Scenario("stop", "Stops workers for longer than their lease, and lets them go on (PostgreSQL).", Tries, (options, tries, cancellationToken) => StopScenario.Run(options, tries, cancellationToken)),
            Scenario("recovery", "Kills one process while it trains, and times it until it trains again (SQLite).", Times, (options, times, cancellationToken) => RecoveryScenario.Run(options, times, cancellationToken)),
            Scenario("restart", "Crashes the PostgreSQL server under load.", Times, (options, times, cancellationToken) => RestartScenario.Run(options, times, cancellationToken)),
            Load(),
            Disk(),
        };
        root.SetAction((parsed, cancellationToken) => Print(KillScenario.Run(Options(parsed) with { Kills = parsed.GetValue(Kills) }, cancellationToken)));
        return root;
    }

    private static Command Scenario(string name, string description, Option<int> number, Func<CrashOptions, int, CancellationToken, Task<Report>> run)
    {
        var command = new Command(name, description) { number };
        command.SetAction((parsed, cancellationToken) => Print(run(Options(parsed), parsed.GetValue(number), cancellationToken)));
        return command;
    }

    private static Command Load()
    {
        var command = new Command("load", "Posts many small runs at once, and lists the runs meanwhile.") { Runs, Clients };
        command.SetAction((parsed, cancellationToken) => Print(LoadScenario.Run(Options(parsed), parsed.GetValue(Runs), parsed.GetValue(Clients), cancellationToken)));
        return command;
    }

    private static Command Disk()
    {
        var command = new Command("disk", "Fills the disk while runs are trained, and empties it again (SQLite; as root).");
        command.SetAction((parsed, cancellationToken) => Print(DiskScenario.Run(Options(parsed), cancellationToken)));
        return command;
    }

    private static CrashOptions Options(ParseResult parsed) => new()
    {
        Provider = parsed.GetValue(ProviderOption),
        Workers = parsed.GetValue(Workers),
        Seed = parsed.GetValue(Seed),
        Engine = parsed.GetValue(Engine),
        Service = ServiceBuild.At(parsed.GetValue(Service)),
        Progress = Console.WriteLine,
    };

    /// <returns>The exit code: 1 when anything is amiss, 2 when the scenario can't be had here.</returns>
    private static async Task<int> Print(Task<Report> scenario)
    {
        try
        {
            var report = await scenario;
            Console.WriteLine();
            Console.WriteLine(report);
            return report.Findings.Count == 0 ? 0 : 1;
        }
        catch (NotSupportedException impossible)
        {
            Console.Error.WriteLine(impossible.Message);
            return 2;
        }
    }
}
