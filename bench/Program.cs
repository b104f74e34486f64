using Velodrome.Bench;
using Velodrome.Bench.Engines;
using Velodrome.Bench.Kernels;
using Velodrome.Bench.Quality;
using Velodrome.Bench.Readers;
using Velodrome.Bench.Service;

// dotnet run -c Release --project bench                       every part but evaluation and quality; writes bench/results
// dotnet run -c Release --project bench -- PART [rounds]      engines, kernels, growth, service, readers or tables; writes to the screen
// dotnet run -c Release --project bench -- evaluation FILE TARGET
// dotnet run -c Release --project bench -- quality --help
const int DefaultRounds = 7;
var rounds = args.Length > 1 && int.TryParse(args[1], out var number) ? number : DefaultRounds;
switch (args)
{
    case []:
        string[] parts =
        [
            Report.Heading(), EngineReport.Measure(rounds), await ServiceReport.Measure(rounds),
            await LargeTable.Measure(rounds), CsvReaders.Measure(rounds), Growth.Measure(rounds), KernelBenchmarks.Measure(),
        ];
        var report = string.Join('\n', parts);
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
    case ["tables", ..]:
        Console.Write(await LargeTable.Measure(rounds));
        break;
    case ["readers", ..]:
        Console.Write(CsvReaders.Measure(rounds));
        break;
    case ["evaluation", var file, var target]:
        Console.Write(EvaluationCosts.Measure(file, target, rounds));
        break;
    case ["quality", .. var options]:
        return QualityCommand.Run(options);
    default:
        Console.Error.WriteLine(
            "Send no argument for everything, or one of: engines, kernels, growth, service, readers, tables, evaluation FILE TARGET, " +
            "quality.");
        return 1;
}

return 0;
