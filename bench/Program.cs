using Velodrome.Bench;

// dotnet run -c Release --project bench [-- rounds [cases...]]
if (args is ["honesty", var file, var target, ..])
{
    foreach (var cost in Honesty.Measure(file, target, 5))
    {
        Console.WriteLine(cost);
    }

    return;
}

if (args is ["service", ..])
{
    using var service = await Velodrome.Bench.Service.ServiceProcess.Start();
    foreach (var cost in await Velodrome.Bench.Service.JobCosts.Measure(service, args.Length > 1 ? int.Parse(args[1]) : 7))
    {
        Console.WriteLine(cost);
    }

    Console.WriteLine(await Velodrome.Bench.Service.Throughput.Measure(service, 100));
    Console.WriteLine(await Velodrome.Bench.Service.Throughput.Measure(service, 1000));
    return;
}

var rounds = args.Length > 0 ? int.Parse(args[0]) : 7;
var cases = Case.All.Where(of => args.Length < 2 || args.Contains(of.Name));

Limits.MultiplyAdds();
var peak = Race.Median([.. Enumerable.Range(0, 20).Select(_ => Limits.MultiplyAdds())]);
var copy = Race.Median([.. Enumerable.Range(0, 10).Select(_ => Limits.Copy())]);
var races = cases.Select(of => Race.Run(of, rounds)).ToArray();
var sizes = args.Length < 2 ? Sizes.Measure(Math.Min(rounds, 3)).ToArray() : [];

var report = Report.Write(rounds, peak, copy, races, sizes);
Console.Write(report);
if (args.Length < 2)
{
    // Next to this project, which lies beside Api.sln.
    var root = new DirectoryInfo(AppContext.BaseDirectory);
    while (root is not null && !File.Exists(Path.Combine(root.FullName, "Api.sln")))
    {
        root = root.Parent;
    }

    var results = Directory.CreateDirectory(Path.Combine(root?.FullName ?? ".", "bench", "results"));
    var model = string.Join('-', Report.CpuModel.Split([' ', '(', ')', '/', '@'], StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
    File.WriteAllText(Path.Combine(results.FullName, $"{DateTime.UtcNow:yyyy-MM-dd}-{model}.md"), report);
}
