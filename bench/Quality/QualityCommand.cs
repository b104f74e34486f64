using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Velodrome.Training;

namespace Velodrome.Bench.Quality;

/// <summary>The command quality: trains on tables with the defaults, and compares with boosted trees or with stored figures.</summary>
internal static class QualityCommand
{
    private static readonly Option<string?> Tables = new("--tables")
    {
        HelpName = "FOLDER",
        Description = "A folder with CSV files and a manifest.tsv: file, task (regression or classification) and target, with a header, " +
            "separated by tabs. Default: the project's own tables.",
    };

    private static readonly Option<int> Splits = new("--splits")
    {
        HelpName = "N",
        Description = "Splits of each table into rows for training, validation and test.",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<string?> Only = new("--only")
    {
        HelpName = "NAMES",
        Description = "Names of tables, separated by commas. Default: all.",
    };

    private static readonly Option<string> Against = new("--against")
    {
        HelpName = "NAMES",
        Description = "Libraries of boosted trees, separated by commas: lightgbm, sklearn, xgboost.",
        DefaultValueFactory = _ => "lightgbm",
    };

    private static readonly Option<string> Request = new("--request")
    {
        HelpName = "FILE|JSON",
        Description = "Members of a run's request that differ from the defaults, as JSON or a file that contains it.",
        DefaultValueFactory = _ => "{}",
    };

    private static readonly Option<bool> Save = new("--save") { Description = "Write the report to bench/results too." };

    private static readonly Option<string?> Check = new("--check")
    {
        HelpName = "FILE",
        Description = "Train on the project's own tables, without trees, and fail if a figure differs from this file.",
    };

    private static readonly Option<string?> Store = new("--store")
    {
        HelpName = "FILE",
        Description = "Do the same, and write the figures to this file.",
    };

    private static readonly Option[] OfComparison = [Tables, Splits, Only, Against, Save];

    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        var command = new RootCommand("Measures how good the default training is beside boosted trees.")
        {
            Tables, Splits, Only, Against, Request, Save, Check, Store,
        };
        command.Validators.Add(result =>
        {
            foreach (var option in IgnoredBy(result).Where(option => result.GetResult(option) is { Implicit: false }))
            {
                result.AddError($"{option.Name} cannot be combined with --check or --store, which train on the project's own tables.");
            }
        });
        command.SetAction(Run);
        return command.Parse(args).Invoke();
    }

    private static Option[] IgnoredBy(CommandResult given) =>
        given.GetResult(Store) is not null ? [.. OfComparison, Request, Check]
        : given.GetResult(Check) is not null ? OfComparison
        : [];

    private static int Run(ParseResult parsed)
    {
        try
        {
            var request = PartialRequest.Parse(parsed.GetValue(Request)!);
            return (parsed.GetValue(Check), parsed.GetValue(Store)) switch
            {
                ({ } file, _) => StoredFigures.Check(file, request.Request),
                (_, { } file) => StoredFigures.Write(file, request.Request),
                _ => Compare(parsed, request),
            };
        }
        catch (Exception wrong) when (wrong is RefusedException or JsonException or IOException or InvalidDataException)
        {
            Console.Error.WriteLine(wrong.Message);
            return 1;
        }
    }

    private static int Compare(ParseResult parsed, PartialRequest request)
    {
        var sources = Choose(parsed.GetValue(Tables) is { } named ? Manifest.Read(named) : TableSource.Own, parsed.GetValue(Only));
        var splits = parsed.GetValue(Splits) is >= 1 and var count ? count : throw new InvalidDataException("--splits must be at least 1.");
        ILearner[] peers = [.. parsed.GetValue(Against)!.Split(',').Select(TreeLearner.Start).OfType<ILearner>()];
        if (peers.Length == 0)
        {
            throw new InvalidDataException("There is no library to compare with. --check measures Velodrome alone.");
        }

        ILearner[] learners = [new VelodromeLearner(request.Request), .. peers];
        try
        {
            var folder = parsed.GetValue(Tables) is null ? "" : " --tables FOLDER";
            var heading = Report.Heading($"dotnet run -c Release --project bench -- quality{folder}");
            var trials = Trial.RunAll(sources, learners, splits, WriteProgress);
            var report = heading + "\n" + QualityReport.Write(
                trials, [.. learners.Select(learner => learner.Name)], DescribeSubject(parsed, sources.Count, request.Json));
            Console.Write(report);
            if (parsed.GetValue(Save))
            {
                Report.Save(report, "-quality");
            }

            return 0;
        }
        finally
        {
            Array.ForEach(learners, learner => learner.Dispose());
        }
    }

    private static IReadOnlyList<TableSource> Choose(IReadOnlyList<TableSource> sources, string? only)
    {
        var names = only?.Split(',');
        return names?.FirstOrDefault(name => sources.All(source => source.Name != name)) is { } unknown
            ? throw new InvalidDataException(
                $"There is no table '{unknown}'. The tables are {string.Join(", ", sources.Select(source => source.Name))}.")
            : [.. sources.Where(source => names?.Contains(source.Name) != false)];
    }

    private static string DescribeSubject(ParseResult parsed, int tables, string request)
    {
        var own = parsed.GetValue(Tables) is null ? " of the project's own, which are small; --tables names others" : "";
        var members = request == "{}" ? "" : $" Velodrome's request has these members too: `{request}`.";
        return $"Tables: {tables}{own}. Splits of each: {parsed.GetValue(Splits)}.{members}";
    }

    private static void WriteProgress(Trial trial) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{trial.Table}, {trial.Learner}: {trial.Failure ?? $"error {trial.Score!.Error:0.0000}, {trial.Score.Seconds:0.00} s"}"));
}
