using System.CommandLine;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Processes;

namespace Velodrome.Crash;

/// <summary>The program's commands. Each runs one scenario; without a command, processes are killed.</summary>
internal static class CommandLine
{
    private static readonly Option<Provider> ProviderOption = Shared("--provider",
        "The database. Sqlite: one process. Postgres: one process that serves HTTP, and --workers that train.", Provider.Sqlite);

    private static readonly Option<int> Workers = Shared("--workers", "The number of processes that train on PostgreSQL.", 3);
    private static readonly Option<int> Seed = Shared("--seed", "Chooses the moments and the requests.", 1);
    private static readonly Option<EngineChoice> Engine = Shared("--engine", "The engines that train.", EngineChoice.Both);

    private static readonly Option<string?> Service = new("--service")
    {
        Description = "The path of Velodrome.Api.dll, to test another build of the service.",
        Recursive = true,
    };

    private static readonly Option<int> Kills = Own("--kills",
        "The number of kills at random moments. In addition, a process dies at each failpoint once.", 100);

    private static readonly Option<bool> Keys = Own("--keys",
        "Give the service keys before its first start. All clients then send a key, and the workload makes and revokes keys.", false);

    private static readonly Option<int> Tries = Own("--tries", "The number of tries.", 20);
    private static readonly Option<int> Times = Own("--times", "The number of kills or restarts.", 10);
    private static readonly Option<int> Runs = Own("--runs", "The number of runs that are posted.", 1000);
    private static readonly Option<int> Clients = Own("--clients", "The number of clients that post at the same time.", 8);

    public static RootCommand Root()
    {
        var root = new RootCommand(
            "Crashes the service, and checks from outside that nothing was lost, duplicated or changed. " +
            "Exits with 1 if there are findings, and with 2 if this machine cannot run the scenario.")
        {
            ProviderOption, Kills, Keys, Workers, Seed, Engine, Service,
            Scenario("pause", "Pauses workers for longer than their lease, and resumes them (PostgreSQL).", Tries, PauseScenario.Run),
            Scenario("recovery", "Kills a process that trains, and measures how long it takes until it trains again (SQLite).", Times,
                RecoveryScenario.Run),
            Scenario("restart", "Crashes the PostgreSQL server while runs are posted and trained.", Times, RestartScenario.Run),
            Load(),
            Disk(),
        };
        root.SetAction((parsed, cancellationToken) =>
            Print(KillScenario.Run(
                Options(parsed) with { Kills = parsed.GetValue(Kills), Keys = parsed.GetValue(Keys) }, cancellationToken)));
        return root;
    }

    private static Option<T> Shared<T>(string name, string description, T defaultValue) =>
        new(name) { Description = description, DefaultValueFactory = _ => defaultValue, Recursive = true };

    private static Option<T> Own<T>(string name, string description, T defaultValue) =>
        new(name) { Description = description, DefaultValueFactory = _ => defaultValue };

    private static Command Scenario(
        string name, string description, Option<int> count, Func<CrashOptions, int, CancellationToken, Task<Report>> run)
    {
        var command = new Command(name, description) { count };
        command.SetAction((parsed, cancellationToken) => Print(run(Options(parsed), parsed.GetValue(count), cancellationToken)));
        return command;
    }

    private static Command Load()
    {
        var command = new Command("load", "Posts many small runs, and lists the runs at the same time.") { Runs, Clients };
        command.SetAction((parsed, cancellationToken) =>
            Print(LoadScenario.Run(Options(parsed), parsed.GetValue(Runs), parsed.GetValue(Clients), cancellationToken)));
        return command;
    }

    private static Command Disk()
    {
        var command = new Command("disk", "Fills the disk while runs are trained, and frees it again (SQLite, as root).");
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

    /// <returns>The exit code.</returns>
    private static async Task<int> Print(Task<Report> scenario)
    {
        try
        {
            var report = await scenario;
            Console.WriteLine();
            Console.WriteLine(report);
            return report.Findings.Count == 0 ? 0 : 1;
        }
        catch (NotSupportedException unsupported)
        {
            Console.Error.WriteLine(unsupported.Message);
            return 2;
        }
    }
}
