using Velodrome.Bench;
using Velodrome.Bench.Engines;
using Velodrome.Bench.Kernels;
using Velodrome.Bench.Service;

// dotnet run -c Release --project bench                    everything, into results/
// dotnet run -c Release --project bench -- PART [rounds]   engines, kernels, growth or service, to the screen
// dotnet run -c Release --project bench -- honesty FILE TARGET
var rounds = args.Length > 1 && int.TryParse(args[1], out var asked) ? asked : 7;
switch (args)
{
    case []:
        var report = string.Join('\n', Report.Heading(), EngineReport.Measure(rounds), await ServiceReport.Measure(rounds), Growth.Measure(rounds), KernelBenchmarks.Measure());
        Console.Write(report);
        Report.Save(report);
        break;
    case ["engines", ..]:
        Console.Write(EngineReport.Measure(rounds));
        break;
    case ["kernels", ..]:
        Console.Write(KernelBenchmarks.Measure());
        break;
    case ["growth", ..]:
        Console.Write(Growth.Measure(rounds));
        break;
    case ["service", ..]:
        Console.Write(await ServiceReport.Measure(rounds));
        break;
    case ["honesty", var file, var target]:
        Console.Write(Honesty.Measure(file, target, rounds));
        break;
    default:
        Console.Error.WriteLine("Parts are engines, kernels, growth, service, and honesty with a CSV and its target.");
        return 1;
}

return 0;
