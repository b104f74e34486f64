using System.CommandLine;
using Velodrome.Abuse.Attacks;
using Velodrome.Abuse.Memory;
using Velodrome.Processes;

namespace Velodrome.Abuse;

/// <summary><c>dotnet run --project tests/Abuse -- --service DLL --only cancel</c></summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var service = new Option<string?>("--service")
        {
            Description = "Velodrome.Api.dll to start. Default: the one built with this program.",
        };
        var only = new Option<string?>("--only") { Description = "Only attacks whose name contains this text." };
        var memory = new Option<int>("--memory")
        {
            Description = "Memory in MiB at which a service is killed, to protect the machine. Default 4096.",
            DefaultValueFactory = _ => 4096,
        };
        var seconds = new Option<int>("--seconds")
        {
            Description = "The longest time for an attack. Default 120.",
            DefaultValueFactory = _ => 120,
        };
        var runs = new Option<bool>("--run-memory")
        {
            Description = "Send no attacks. Measure the memory of runs instead, and compare it with the estimates.",
        };
        var command = new RootCommand("Sends requests that once took the service down, and prints how it behaves now.")
        {
            service, only, memory, seconds, runs,
        };
        command.SetAction(async arguments =>
        {
            var build = ServiceBuild.At(arguments.GetValue(service));
            var timeout = TimeSpan.FromSeconds(arguments.GetValue(seconds));
            var attacker = new Attacker(build, arguments.GetValue(memory), timeout);
            var text = arguments.GetValue(only) ?? "";
            if (arguments.GetValue(runs))
            {
                await MeasureRuns(new(build, timeout), text);
                return 0;
            }

            Console.WriteLine(Attacker.Header);
            foreach (var attack in AllAttacks.List.Where(attack => attack.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))
            {
                Console.WriteLine(await attacker.Try(attack));
            }

            return 0;
        });
        return command;
    }

    private static async Task MeasureRuns(MemoryMeasurement measurement, string only)
    {
        Console.WriteLine(await measurement.MeasureBaselines());
        Console.WriteLine(MemoryMeasurement.Header);
        foreach (var run in MeasuredRun.All.Where(run => $"{run.Name} {run.Engine}".Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            Console.WriteLine(await measurement.Measure(run));
        }
    }
}
